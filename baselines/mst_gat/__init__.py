"""MST-GAT: a multimodal spatial-temporal graph attention network."""
