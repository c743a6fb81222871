"""A multimodal judge of captions: which of eight outlined regions a caption fits, and how often it is wrong.

`candidates` chooses the regions that are shown, `panels` draws them, `question` asks and reads the answer, `run` asks
about many captions, `verdicts` reads and writes what came back, `scores` makes outcomes of it, `calibration` and
`estimates` correct them by the errors that the judge makes where the truth is known.
"""
