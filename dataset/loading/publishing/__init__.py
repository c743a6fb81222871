"""The data as others publish and read it: a folder of parquet files, Croissant, an archive with checksums, the Hub."""
