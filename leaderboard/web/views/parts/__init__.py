"""Parts of pages that are too large for the page itself: lists of failures, charts, filters, what to caption."""
