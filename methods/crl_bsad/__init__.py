"""CRL-BSAD: contrastive representation learning."""
