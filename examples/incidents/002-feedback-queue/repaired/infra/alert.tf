# Stops the worker when a month has cost a tenth of what would hurt, whoever is at work then, and tells the team.

resource "aws_cloudwatch_metric_alarm" "spend" {
  alarm_name          = "spend"
  namespace           = "AWS/Billing"
  metric_name         = "EstimatedCharges"
  dimensions          = { Currency = "USD" }
  statistic           = "Maximum"
  period              = 21600
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 50
  alarm_actions       = [aws_sns_topic.spend.arn]
}

resource "aws_sns_topic" "spend" {
  name = "spend"
}

resource "aws_sns_topic_subscription" "team" {
  topic_arn = aws_sns_topic.spend.arn
  protocol  = "email"
  endpoint  = "team@example.com"
}

resource "aws_sns_topic_subscription" "stop" {
  topic_arn = aws_sns_topic.spend.arn
  protocol  = "lambda"
  endpoint  = aws_lambda_function.stop_worker.arn
}

resource "aws_lambda_function" "stop_worker" {
  function_name = "stop-feedback-worker"
  role          = var.stop_role
  runtime       = "nodejs22.x"
  handler       = "stop.handler"
  filename      = "stop.zip"
}

variable "stop_role" {
  type = string
}
