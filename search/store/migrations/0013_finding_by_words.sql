-- Finding products by their articles and by words, whatever letters, endings and typos somebody
-- types. Nothing here depends on the database's locale: pg_trgm knows no Cyrillic letters in "C", as
-- in our own server, and nor may lower().

-- Small letters, ё as е; two letters that macOS writes as two characters each are one, and stresses
-- none. Where lower() knows ASCII alone the others are listed, which takes ten times as long.
DO $do$ BEGIN
    EXECUTE format(
        'CREATE FUNCTION likeness.folded(said text) RETURNS text'
        ' LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS %L',
        format(
            'SELECT replace(replace(replace(replace(%s, %L, %L), %L, %L), %L, %L), %L, %L)',
            CASE WHEN lower('Я') = 'я' THEN 'lower(said)'
                 ELSE format('translate(lower(said), %L, %L)',
                     'АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ',
                     'абвгдеежзийклмнопрстуфхцчшщъыьэюя') END,
            U&'\0438\0306', 'й', U&'\0435\0308', 'е', 'ё', 'е', U&'\0301', ''));
END $do$;

-- In what has figures, as articles and sizes, letters that look alike in both alphabets are one.
CREATE FUNCTION likeness.alike(word text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT translate(word, 'авекмнорстух', 'abekmhopctyx') $$;

-- Punctuation is what lies between words, and so is the way from a figure to a letter: 500мл is two
-- words, А5 one.
CREATE FUNCTION likeness.words_of(said text) RETURNS SETOF text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT left(CASE WHEN word ~ '[0-9]' THEN likeness.alike(word) ELSE word END, 64)
    FROM unnest(string_to_array(
        regexp_replace(
            regexp_replace(
                likeness.folded(said),
                '([0-9])([^\u0001-\u0040\u005b-\u0060\u007b-\u00bf\u00d7\u2000-\u206f\u2116])',
                '\1 \2', 'g'),
            '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u00d7\u2000-\u206f\u2116]+',
            ' ', 'g'),
        ' ')) AS split (word)
    WHERE word <> '' $$;

-- As one types it with or without dashes, dots and spaces.
CREATE FUNCTION likeness.article_key(article text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT left(likeness.alike(regexp_replace(
        likeness.folded(article),
        '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u00d7\u2000-\u206f\u2116]+',
        '', 'g')), 200) $$;

-- What a word keeps in all its forms; '' for the small words of a language, such as "для" and "with".
CREATE FUNCTION likeness.stem(word text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT coalesce((ts_lexize(
        CASE WHEN word ~ '[а-я]' THEN 'pg_catalog.russian_stem'::regdictionary
             ELSE 'pg_catalog.english_stem'::regdictionary END, word))[1], '') $$;

-- A word in ASCII, letter by letter, as pg_trgm can take it apart under any locale. Vowels become
-- figures: no Russian word then looks like an English one.
CREATE FUNCTION likeness.coded(word text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT translate(word,
        'оеаинтсрвлкмдпуыяьгзбчйхжшюцщэфъ', '0319ntsrvlkmdp256igzbq9hjw7cx8fu') $$;

-- Weights say where a word stands: A article and name, B project. Of a name or a description the
-- first 2,000 characters count.
CREATE FUNCTION likeness.worded(article text, name jsonb, project text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT coalesce(string_agg('''' || word || ''':' || place, ' '), '')::tsvector
    FROM (
        SELECT word, '1A' FROM likeness.words_of(concat_ws(' ', left(article, 200), left(
            (SELECT string_agg(value, ' ') FROM jsonb_each_text(name)), 2000))) AS word
        UNION ALL SELECT likeness.article_key(article), '1A'
        UNION ALL SELECT word, '2B' FROM likeness.words_of(left(project, 2000)) AS word
    ) AS said (word, place)
    WHERE word <> '' $$;
CREATE FUNCTION likeness.worded(description text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT array_to_tsvector(coalesce(array_agg(word), '{}'))
          FROM likeness.words_of(left(description, 2000)) AS word $$;

-- A description has a column of its own: what stands in a name is then read without it.
ALTER TABLE likeness.products
    ADD COLUMN article_key text
        GENERATED ALWAYS AS (likeness.article_key(article_number)) STORED,
    ADD COLUMN words tsvector
        GENERATED ALWAYS AS (likeness.worded(article_number, name, project)) STORED,
    ADD COLUMN description_words tsvector
        GENERATED ALWAYS AS (likeness.worded(description)) STORED;
ALTER TABLE likeness.categories
    ADD COLUMN words tsvector GENERATED ALWAYS AS (likeness.worded(NULL, name, NULL)) STORED;
CREATE INDEX products_article_key ON likeness.products (article_key text_pattern_ops);
CREATE INDEX products_words ON likeness.products USING gin (words);
CREATE INDEX products_description_words ON likeness.products USING gin (description_words)
    WHERE description_words IS NOT NULL;

-- All words without figures that were ever in the catalogue: what typos and endings are looked up
-- in. Rows are only added, and not unique, so that writers never wait for one another.
CREATE TABLE likeness.words (
    word  text NOT NULL,
    stem  text NOT NULL,
    coded text NOT NULL GENERATED ALWAYS AS (likeness.coded(word)) STORED
);
CREATE INDEX words_word ON likeness.words (word);
CREATE INDEX words_stem ON likeness.words (stem);

CREATE FUNCTION likeness.learn(said text[]) RETURNS void
    LANGUAGE sql
    AS $$
    INSERT INTO likeness.words (word, stem)
    SELECT DISTINCT word, likeness.stem(word)
    FROM unnest(said) AS said (word)
    WHERE length(word) > 2 AND word !~ '[0-9]' AND likeness.stem(word) <> ''
        AND NOT EXISTS (SELECT FROM likeness.words AS known WHERE known.word = said.word) $$;
CREATE FUNCTION likeness.learn_from_products() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM likeness.learn(ARRAY(
        SELECT unnest(tsvector_to_array(words)) FROM changed
        UNION SELECT unnest(tsvector_to_array(description_words)) FROM changed));
    RETURN NULL;
END $$;
CREATE FUNCTION likeness.learn_from_categories() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM likeness.learn(ARRAY(SELECT unnest(tsvector_to_array(words)) FROM changed));
    RETURN NULL;
END $$;
CREATE TRIGGER words_added AFTER INSERT ON likeness.products
    REFERENCING NEW TABLE AS changed EXECUTE FUNCTION likeness.learn_from_products();
CREATE TRIGGER words_changed AFTER UPDATE ON likeness.products
    REFERENCING NEW TABLE AS changed EXECUTE FUNCTION likeness.learn_from_products();
CREATE TRIGGER words_added AFTER INSERT ON likeness.categories
    REFERENCING NEW TABLE AS changed EXECUTE FUNCTION likeness.learn_from_categories();
CREATE TRIGGER words_changed AFTER UPDATE ON likeness.categories
    REFERENCING NEW TABLE AS changed EXECUTE FUNCTION likeness.learn_from_categories();
SELECT likeness.learn(ARRAY(
    SELECT unnest(tsvector_to_array(words)) FROM likeness.products
    UNION SELECT unnest(tsvector_to_array(description_words)) FROM likeness.products
    UNION SELECT unnest(tsvector_to_array(words)) FROM likeness.categories));

-- Makes what forgives typos, where it is not there and can be made: pg_trgm, which its owner may
-- create in a database, beside pgvector, where others look for it as well. Returns whether it is
-- there. It may be asked again: an administrator may have installed it since.
CREATE FUNCTION likeness.forgive_typos() RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    beside CONSTANT name := (
        SELECT nspname FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace
        WHERE extname = 'vector');
    place name;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm')
        AND EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm')
    THEN
        BEGIN
            EXECUTE format('CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA %I', beside);
        EXCEPTION
            WHEN insufficient_privilege OR unique_violation OR duplicate_object THEN
                NULL;  -- not for us to make, or somebody makes it just now
        END;
    END IF;
    SELECT nspname INTO place
    FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace
    WHERE extname = 'pg_trgm';
    IF place IS NOT NULL AND to_regclass('likeness.words_coded') IS NULL THEN
        LOCK TABLE likeness.words IN SHARE ROW EXCLUSIVE MODE;  -- one process after the other
        EXECUTE format(
            'CREATE INDEX IF NOT EXISTS words_coded ON likeness.words'
            ' USING gin (coded %I.gin_trgm_ops)', place);
    END IF;
    RETURN place IS NOT NULL;
END $$;
SELECT likeness.forgive_typos();
