# The queue that feedback waits in, the one for what failed three times, and the service that works through the first.

variable "image" {
  type = string
}

resource "aws_sqs_queue" "feedback" {
  name                       = "feedback"
  visibility_timeout_seconds = 180

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.failed.arn
    maxReceiveCount     = 3
  })
}

resource "aws_sqs_queue" "failed" {
  name                      = "feedback-failed"
  message_retention_seconds = 1209600
}

resource "aws_ecs_task_definition" "worker" {
  family = "feedback-worker"

  container_definitions = jsonencode([{
    name  = "worker"
    image = var.image
    environment = [
      { name = "FEEDBACK_QUEUE", value = aws_sqs_queue.feedback.url },
      { name = "DEAD_LETTERS", value = aws_sqs_queue.failed.url },
    ]
  }])
}
