"""What stands in a scene and where: objects, arrangement, looks, camera, background."""
