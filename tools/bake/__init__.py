"""The steps of the body's bake, in the order they run: morph, pose, rig, dress, write."""
