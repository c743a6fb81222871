"""The database, its schema and migrations, the files beside it, the tamper-evident log."""
