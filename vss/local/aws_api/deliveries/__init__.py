"""What services send on their own: S3 to queues and EventBridge, EventBridge and SNS onwards."""
