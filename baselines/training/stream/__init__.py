"""Where training takes its scenes from: drawn while it learns, or a folder of shards; both give the same items."""

from .endless import SceneStream
from .folder import FolderSource
from .items import SceneItem, SceneSource

__all__ = ["FolderSource", "SceneItem", "SceneSource", "SceneStream"]
