"""Results for readers: which scores lead, the HTML page, the tables of a comparison."""
