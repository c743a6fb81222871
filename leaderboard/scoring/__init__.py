"""Workers that take jobs and score submissions in processes of their own."""
