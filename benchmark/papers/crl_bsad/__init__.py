"""CRL-BSAD: contrastive representations of backend metrics, on the cloud workload table."""
