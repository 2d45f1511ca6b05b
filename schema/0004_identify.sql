-- Which base is under an image: the configs that begin with a layer. Of the first layer only, which revisions share, so that
-- a crawl has one row more to write for a config, next to its neighbours.
CREATE INDEX diff_id_base ON diff_id (diff_id) WHERE position = 0;
