"""DCdetector: dual attention contrastive detection."""
