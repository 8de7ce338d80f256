# The queue that feedback waits in, and the service that works through it. The queue for what fails has been in another
# account since the move; nobody has sent a message through since.

variable "image" {
  type = string
}

resource "aws_sqs_queue" "feedback" {
  name                       = "feedback"
  visibility_timeout_seconds = 30

  redrive_policy = jsonencode({
    deadLetterTargetArn = "arn:aws:sqs:eu-west-1:111122223333:legacy-feedback-failed"
  })
}

resource "aws_ecs_task_definition" "worker" {
  family = "feedback-worker"

  container_definitions = jsonencode([{
    name  = "worker"
    image = var.image
    environment = [
      { name = "FEEDBACK_QUEUE", value = aws_sqs_queue.feedback.url },
    ]
  }])
}
