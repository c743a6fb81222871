"""Reports for readers: the HTML page and the tables of a comparison."""
