-- The sweep that is under way: which task does which search.
CREATE TABLE IF NOT EXISTS search (
	atoms integer NOT NULL,
	seed bigint NOT NULL,
	failures integer NOT NULL,
	task varchar(255) NOT NULL,
	PRIMARY KEY (atoms, seed, failures)
);
