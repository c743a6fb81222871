"""What readers see of the database: standings, entries, exports, charts, the static snapshot."""
