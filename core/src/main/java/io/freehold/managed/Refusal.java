package io.freehold.managed;

import io.freehold.budget.Budget;

/**
 * The words for a refusal by a budget: every level with its limit, what is used and what
 * was asked, and the biggest children of those without room. Composed after the fact, so
 * that a successful allocation pays nothing for it; the numbers are those of that moment.
 */
final class Refusal {

	private Refusal() {
	}

	static StringBuilder begin() {
		return new StringBuilder("limit exceeded");
	}

	/** Appends the levels of a node and its ancestors. */
	static void path(StringBuilder text, Node node, long asked) {
		for (Node level = node; level != null; level = level.parent) {
			if (level(text, level.name(), level.budget.limit(), level.budget.recentlyUsed(), asked)) {
				text.append(level.children.biggest());
			}
		}
	}

	/** Appends a level and returns whether it has no room. */
	static boolean level(StringBuilder text, String name, long limit, long used, long asked) {
		boolean full = asked > limit - used;
		text.append("; ").append(name).append(": limit ");
		if (limit == Budget.UNLIMITED) {
			text.append("unlimited");
		}
		else {
			text.append(limit);
		}
		text.append(", used ").append(used).append(", asked ").append(asked);
		if (full) {
			text.append(" <- does not fit");
		}
		return full;
	}

}
