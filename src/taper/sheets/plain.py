"""The sentences that every patient's sheet says, in plain words; no dose stands in them."""

from typing import Final

EMERGENCY_NOW: Final = "Get emergency help now for:"
EMERGENCY_CALL: Final = "Call for help at once:"
QUESTIONS: Final = "You have a question, or you feel worse? Call:"
DAY_ONE: Final = "Day 1 is the first day that you take this. Write its date here:"
PICTURES: Final = "The pictures show how much to take:"
SYRINGE: Final = "Yours may look different. Always go by the number of mL."
NONE_OF_THESE: Final = "Take none of these medicines."
MISSED: Final = ("If you miss a dose", "Do not take extra. This is what to do:")
WORSE: Final = ("If you feel worse", "Call, and do this until someone answers:")
SUPPORTS: Final = ("People who can help me", "I can call or see these people:")
COPING: Final = ("What helps me", "These things help me when it is hard:")
TICK: Final = "Tick a box each time you take a dose. Your plan says how much to take."
LETTERS: Final = "The letters stand for your medicines."
DIARY: Final = (
    "How I feel",
    "Write down how you feel, good or bad. Bring these pages to each visit.",
    "Do not wait for a visit if you feel bad. Call.",
)
DIARY_COLUMNS: Final = ("Day", "What I feel", "How strong, 0 to 10", "How I slept")


def syringes(capacities: list[int]) -> str:
    """Say which syringes the pictures show: "The syringe in the pictures holds 5 mL."."""
    if len(capacities) == 1:
        return f"The syringe in the pictures holds {capacities[0]}\u00a0mL. {SYRINGE}"
    held = " or ".join(f"{capacity}\u00a0mL" for capacity in capacities)
    return f"The syringes in the pictures hold {held}. {SYRINGE}"
