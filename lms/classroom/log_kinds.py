"""What the lesson's room writes into the learning log of its own: answers to the questions that stand in for a camera."""

from analytics.learning_log.kinds import Kind, register

register(
    Kind(
        "classroom.questions_answered",
        zh="{learner} 用验证码和两道题作答，用时 {took_ms}，答对：{right}",
        en="{learner} answered a code and two questions in {took_ms}; right: {right}",
        label_zh="验证码和两道题作答",
        label_en="Questions answered",
        fields={
            "took_ms": "from the drawing of the questions to their answer, by the server's clock, milliseconds",
            "right": "true: code and both answers were right",
        },
    ),
)
