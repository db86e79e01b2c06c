"""The rule: trainings to try within a budget, and the choice of the best."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playlist2vec.starting.branches import Branch, branches_of, epochs_for
from playlist2vec.starting.corpus import FRACTION, Corpus, counted
from playlist2vec.starting.cost import START_SECONDS, nominal_seconds, shown
from playlist2vec.starting.trials import Trial, run_trial

LEVELS = (300, 600, 1_200, 2_400)
"""Plays of the average song over all epochs: too few leave vectors rough, too many fit noise."""
FIRST = 1
"""The place in LEVELS at which both branches are compared."""
UNTRIED = 1_200
"""The level that is taken without a trial if the budget is too small."""
UNTRIED_DECAYS = (0.3, 0.7)
"""The decays of the two branches that are taken if no trial fits the budget."""
BRANCH_SHARE = 0.25
"""Maximum share of the budget for the first trial of a branch."""
LONGEST_SECONDS = 3_600.0
"""Maximum seconds of the suggested training, by the constants in `cost`."""
Say = Callable[[str], object]


@dataclass(frozen=True)
class Choice:
    """The choice of the rule and the reason.

    `trial`: None if the budget allowed no training, and counting decided.
    """

    branch: Branch
    epochs: int
    decay: float
    reason: str
    trial: Trial | None

    def settings(self, corpus: Corpus) -> dict[str, Any]:
        """Return the parameters by name in params.yaml."""
        held = {"split.validation": FRACTION, "split.test": FRACTION} if corpus.few else {}
        return held | self.branch.settings(self.epochs, self.decay)


def choose(corpus: Corpus, budget: float, say: Say) -> Choice:
    """Choose parameters for a corpus.

    Both branches are trained for the same number of epochs. The better branch is then trained for
    twice as many as long as validation improves, and for half as many if it never does. If the
    budget allows so few epochs that they would say little, counting decides between the branches,
    and the other branch is not trained. `budget`: seconds for all trials, by the constants in
    `cost`. `say` is called with a line for each trial. The result depends on the corpus and the
    budget alone.
    """
    branches = branches_of(corpus)
    levels = [epochs_for(corpus, level) for level in (LEVELS[FIRST], LEVELS[0])]
    fitting = [
        epochs for epochs in levels if max(_each(corpus, branches, epochs)) <= BRANCH_SHARE * budget
    ]
    if not fitting:
        return _by_counting(corpus, branches, budget, say)
    trials = [_tried(corpus, branch, fitting[0], say) for branch in branches]
    best = max(trials, key=lambda each: each.score)
    worse = min(trials, key=lambda each: each.score)
    reason = (
        f"{best.branch.contexts} {best.score:.4f}, {worse.branch.contexts} {worse.score:.4f} "
        "after the same number of epochs"
    )
    return _with_epochs(corpus, best, trials, budget, reason, say)


def budgeted_seconds(corpus: Corpus, budget: float) -> float:
    """Return the maximum seconds of all trials, by the constants in `cost`."""
    costs = [_each(corpus, branches_of(corpus), epochs_for(corpus, level)) for level in LEVELS]
    return min(budget, sum(map(max, costs)) + min(costs[FIRST]))


def stage_seconds(corpus: Corpus, choice: Choice, slow: float) -> float:
    """Return the expected seconds of the stage `train`.

    The estimate scales the trial of the same branch; without a trial, it is `slow` times the time
    by the constants.
    """
    if choice.trial is None:
        return slow * nominal_seconds(corpus, choice.branch, choice.epochs) + START_SECONDS
    longer = choice.epochs / choice.trial.epochs
    return longer * (choice.trial.stage_seconds - START_SECONDS) + START_SECONDS


def _with_epochs(
    corpus: Corpus, best: Trial, trials: list[Trial], budget: float, reason: str, say: Say
) -> Choice:
    left = budget - sum(nominal_seconds(corpus, each.branch, each.epochs) for each in trials)
    first, highest = best, LEVELS[-1] // LEVELS[FIRST] * epochs_for(corpus, LEVELS[FIRST])

    def affordable(epochs: int) -> bool:
        return nominal_seconds(corpus, best.branch, epochs) <= left

    epochs, rising = 2 * first.epochs, True
    while rising and epochs <= highest and affordable(epochs):
        further = _tried(corpus, best.branch, epochs, say)
        left -= nominal_seconds(corpus, best.branch, epochs)
        rising = further.score > best.score
        best = further if rising else best
        epochs *= 2
    if best is first and not rising and first.epochs > 1 and affordable(first.epochs // 2):
        fewer = _tried(corpus, best.branch, first.epochs // 2, say)
        best = fewer if fewer.score > best.score else best
    chosen = best.epochs
    if rising and epochs <= highest:
        chosen = _longest(corpus, best.branch, max(best.epochs, epochs_for(corpus, UNTRIED)))
        if chosen > best.epochs:
            reason += (
                f"; more than {best.epochs} epochs did not fit the budget "
                "and are likely to be better"
            )
    return Choice(best.branch, chosen, best.decay, reason, best)


def _by_counting(
    corpus: Corpus, branches: tuple[Branch, Branch], budget: float, say: Say
) -> Choice:
    """Choose the branch by counts, and train it for as many epochs as the budget allows."""
    found = counted(corpus)
    say(
        "the budget is too small to train both ways; "
        f"NDCG@10 of next-song counts {found['markov']:.4f}, "
        f"of neighbour counts on both sides {found['cooccurrence']:.4f}"
    )
    ordered = found["markov"] > found["cooccurrence"]
    reason = (
        f"counting next songs is {'' if ordered else 'not '}better "
        "than counting neighbours on both sides"
    )
    branch = branches[ordered]
    epochs = int(BRANCH_SHARE * budget / nominal_seconds(corpus, branch, 1))
    if not epochs:
        epochs = _longest(corpus, branch, epochs_for(corpus, UNTRIED))
        return Choice(
            branch, epochs, UNTRIED_DECAYS[ordered], f"{reason}; no epoch fits the budget", None
        )
    trial = _tried(corpus, branch, min(epochs, epochs_for(corpus, LEVELS[FIRST])), say)
    return _with_epochs(corpus, trial, [trial], budget, reason, say)


def _tried(corpus: Corpus, branch: Branch, epochs: int, say: Say) -> Trial:
    found = run_trial(corpus, branch, epochs)
    say(
        f"{branch.contexts}, {epochs} epochs: NDCG@10 {found.score:.4f} "
        f"with decay {found.decay:g}, "
        f"{shown(found.seconds)}"
    )
    return found


def _longest(corpus: Corpus, branch: Branch, epochs: int) -> int:
    """Return the epochs, limited by LONGEST_SECONDS."""
    return max(1, min(epochs, int(LONGEST_SECONDS / nominal_seconds(corpus, branch, 1))))


def _each(corpus: Corpus, branches: tuple[Branch, Branch], epochs: int) -> list[float]:
    """Return the seconds of the branches for a number of epochs, by the constants in `cost`."""
    return [nominal_seconds(corpus, branch, epochs) for branch in branches]
