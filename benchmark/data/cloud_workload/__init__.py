"""The Kaggle cloud-workload file: reader and twin."""
