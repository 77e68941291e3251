-- What a source says of its products beyond name and price, and how it tells them apart.

-- `key` is the source's own: the article, unless it has ids. Articles may then repeat.
-- `offers` are [{"quantity": 100, "prices": {"RUB": "12.50"}, "route": "sea", "days": 30}, …];
-- all but the prices may be null, and prices are texts: no number of JSON's rounds them.
ALTER TABLE likeness.products
    ADD COLUMN key         text,
    ADD COLUMN description text,
    ADD COLUMN project     text,
    ADD COLUMN region      text,
    ADD COLUMN offers      jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(offers) = 'array');
UPDATE likeness.products SET key = article_number;
ALTER TABLE likeness.products
    ALTER COLUMN key SET NOT NULL,
    DROP CONSTRAINT products_source_article_number_key,
    ADD UNIQUE (source, key);
CREATE INDEX products_article ON likeness.products (article_number);

-- What searches are narrowed by. Few values and many rows: entries of one value share their key, a
-- million take some 7 MB. Where nothing is said there is no entry.
CREATE INDEX products_category ON likeness.products (category_id) WHERE category_id IS NOT NULL;
CREATE INDEX products_project  ON likeness.products (project) WHERE project IS NOT NULL;
CREATE INDEX products_region   ON likeness.products (region) WHERE region IS NOT NULL;
-- Prices are compared within one currency.
CREATE INDEX products_price ON likeness.products (currency, price) WHERE price IS NOT NULL;
