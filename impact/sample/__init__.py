"""The sample portfolio: facts as data files, loaded through the features' verbs."""
