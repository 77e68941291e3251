"""A made-up catalogue of promotional goods as shops word them: names in two languages, articles.

Nothing of it is drawn: what counts is what one can find it by.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import product as combined

from psycopg.types.json import Jsonb

from search.store.database import Database


@dataclass(frozen=True, slots=True)
class Worded:
    """A product as it is worded."""

    article: str
    en: str
    ru: str
    category: str
    project: str | None
    description: str | None


# English, Russian, the form of its adjectives (masculine, feminine, neuter, plural), category.
_NOUNS = (
    ("laptop backpack", "рюкзак для ноутбука", 0, "bags"),
    ("city backpack", "рюкзак городской", 0, "bags"),
    ("cotton tote bag", "сумка-шопер из хлопка", 1, "bags"),
    ("toiletry bag", "несессер дорожный", 0, "bags"),
    ("ceramic mug", "кружка керамическая", 1, "drinkware"),
    ("enamel mug", "кружка эмалированная", 1, "drinkware"),
    ("travel tumbler", "термостакан", 0, "drinkware"),
    ("insulated bottle", "термобутылка вакуумная", 1, "drinkware"),
    ("sports bottle", "бутылка для воды", 1, "drinkware"),
    ("ballpoint pen", "ручка шариковая", 1, "writing"),
    ("metal roller pen", "ручка-роллер металлическая", 1, "writing"),
    ("pencil case", "пенал", 0, "writing"),
    ("A5 notebook", "блокнот А5", 0, "paper"),
    ("undated planner", "ежедневник недатированный", 0, "paper"),
    ("folding umbrella", "зонт складной", 0, "umbrellas"),
    ("golf umbrella", "зонт-трость", 0, "umbrellas"),
    ("power bank", "внешний аккумулятор", 0, "gadgets"),
    ("USB stick", "флешка", 1, "gadgets"),
    ("wireless speaker", "колонка беспроводная", 1, "gadgets"),
    ("headphones", "наушники", 3, "gadgets"),
    ("T-shirt", "футболка", 1, "clothing"),
    ("hoodie", "толстовка с капюшоном", 1, "clothing"),
    ("baseball cap", "бейсболка", 1, "headwear"),
    ("knitted hat", "шапка вязаная", 1, "headwear"),
    ("fleece blanket", "плед флисовый", 0, "home"),
    ("apron", "фартук", 0, "home"),
    ("wall clock", "часы настенные", 3, "home"),
    ("candle", "свеча ароматическая", 1, "home"),
    ("keyring", "брелок", 0, "souvenirs"),
    ("lanyard", "лента для бейджа", 1, "souvenirs"),
    ("lunch box", "ланчбокс", 0, "kitchen"),
    ("chopping board", "доска разделочная", 1, "kitchen"),
)
_COLOURS = (
    ("red", "красный", "красная", "красное", "красные"),
    ("blue", "синий", "синяя", "синее", "синие"),
    ("navy", "тёмно-синий", "тёмно-синяя", "тёмно-синее", "тёмно-синие"),
    ("green", "зелёный", "зелёная", "зелёное", "зелёные"),
    ("black", "чёрный", "чёрная", "чёрное", "чёрные"),
    ("white", "белый", "белая", "белое", "белые"),
    ("grey", "серый", "серая", "серое", "серые"),
    ("yellow", "жёлтый", "жёлтая", "жёлтое", "жёлтые"),
    ("orange", "оранжевый", "оранжевая", "оранжевое", "оранжевые"),
    ("turquoise", "бирюзовый", "бирюзовая", "бирюзовое", "бирюзовые"),
)
_CATEGORIES = {
    "bags": ("Bags and backpacks", "Сумки и рюкзаки"),
    "drinkware": ("Drinkware", "Посуда для напитков"),
    "writing": ("Writing", "Письменные принадлежности"),
    "paper": ("Notebooks and planners", "Блокноты и ежедневники"),
    "umbrellas": ("Umbrellas", "Зонты"),
    "gadgets": ("Electronics", "Электроника"),
    "clothing": ("Clothing", "Одежда"),
    "headwear": ("Headwear", "Головные уборы"),
    "home": ("Home", "Дом и уют"),
    "souvenirs": ("Souvenirs", "Сувениры"),
    "kitchen": ("Kitchen", "Кухня"),
}
_BRANDS = (
    ("Forrest", "Форрест"), ("Nordline", "Нордлайн"), ("Vector", "Вектор"), ("Aura", "Аура"),
    ("Titan", "Титан"), ("Bergamo", "Бергамо"), ("Linea", "Линеа"), ("Montana", "Монтана"),
    ("Sigma", "Сигма"), ("Orbita", "Орбита"), ("Prima", "Прима"), ("Stels", "Стелс"),
    ("Welle", "Велле"), ("Fresco", "Фреско"), ("Ritm", "Ритм"), ("Baikal", "Байкал"),
    ("Astra", "Астра"), ("Komfort", "Комфорт"), ("Polyus", "Полюс"), ("Zenit", "Зенит"),
)  # fmt: skip
_SENTENCES = (
    "Плотный материал не теряет цвет и форму после многих стирок.",
    "Внутри два кармана на молнии и отделение для документов.",
    "Подходит для нанесения логотипа: шелкография, гравировка, тампопечать.",
    "Поставляется в индивидуальной коробке из переработанного картона.",
    "Двойные стенки сохраняют тепло до шести часов, а холод до двенадцати.",
    "Лёгкий, прочный и удобный подарок для коллег, партнёров и гостей выставки.",
    "Регулируемые лямки и мягкая спинка с воздухопроницаемой сеткой.",
    "Можно мыть в посудомоечной машине, если на изделии нет нанесения.",
    "Magnetic closure, recycled lining, room for a 15-inch laptop.",
    "Удобно держать в руке: покрытие софт-тач не скользит и приятно на ощупь.",
    "Минимальный тираж пятьдесят штук, образец пришлём за два дня.",
    "Изготовлен из нержавеющей стали и пищевого пластика, без запаха.",
)
_PROJECTS = tuple(
    f"{what} {year}"
    for what, year in combined(
        ("Форум", "День города", "Новый год", "Конференция", "Welcome pack", "Марафон", "Юбилей"),
        range(2019, 2027),
    )
)


def worded(count: int, seed: int = 1) -> list[Worded]:
    """Return so many products; two in three have a description, one in two a project."""
    chance = random.Random(seed)  # noqa: S311 - a catalogue, no secret
    return [_one(chance, number) for number in range(count)]


def write(database: Database, goods: list[Worded]) -> None:
    """Put them into the catalogue, without pictures."""
    with database.patient_connection() as connection, connection.transaction():
        connection.cursor().executemany(
            "INSERT INTO likeness.categories (id, name) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            [(key, Jsonb({"en": en, "ru": ru})) for key, (en, ru) in _CATEGORIES.items()],
        )
        connection.execute(
            "INSERT INTO likeness.products"
            " (source, key, article_number, name, category_id, project, description)"
            " SELECT 'worded', article, * FROM unnest(%s::text[], %s::jsonb[], %s::text[],"
            " %s::text[], %s::text[]) AS new (article)",
            (
                [one.article for one in goods],
                [Jsonb({"en": one.en, "ru": one.ru}) for one in goods],
                [one.category for one in goods],
                [one.project for one in goods],
                [one.description for one in goods],
            ),
        )


def _one(chance: random.Random, number: int) -> Worded:
    en, ru, form, category = chance.choice(_NOUNS)
    colour = chance.choice(_COLOURS)
    brand = chance.choice(_BRANDS)
    size = chance.choice(("", "350 мл", "0,5 л", "20 л", "16 ГБ", "10000 мАч", 'до 15,6"'))
    said = ", ".join(filter(None, (f"{ru} {brand[1]}", size, colour[1 + form])))
    english = ", ".join(filter(None, (f"{en} {brand[0]}", colour[0])))
    sentences = chance.sample(_SENTENCES, chance.randint(2, 5))
    return Worded(
        article=f"{category[:2].upper()}-{chance.randint(1000, 9999)}.{number}",
        en=english[0].upper() + english[1:],
        ru=said[0].upper() + said[1:],
        category=category,
        project=chance.choice(_PROJECTS) if chance.random() < 1 / 2 else None,
        description=" ".join(sentences) if chance.random() < 2 / 3 else None,
    )
