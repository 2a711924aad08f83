package io.freehold.managed;

import io.freehold.budget.Budget;

/**
 * The words for a refusal by a budget: every level with its limit, what is used and what
 * was asked, and the biggest children of those without room. Composed after the fact, so
 * that a successful allocation pays nothing for it; the numbers are those of that moment.
 */
final class Refusal {

	private static final int BIGGEST = 3;

	private Refusal() {
	}

	static StringBuilder begin() {
		return new StringBuilder("limit exceeded");
	}

	/** Appends the levels of a node and its ancestors. */
	static void path(StringBuilder text, Node node, long asked) {
		for (Node level = node; level != null; level = level.parent) {
			if (level(text, level.name(), level.budget.limit(), level.budget.used(), asked)) {
				biggestChildren(text, level);
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

	/** Looks at each child once, and keeps the biggest in order. */
	private static void biggestChildren(StringBuilder text, Node node) {
		String[] names = new String[BIGGEST];
		long[] used = new long[BIGGEST];
		for (Node child : node.children.nodes()) {
			insert(names, used, child.name(), child.budget.used());
		}
		String separator = ", biggest children: ";
		for (int i = 0; i < BIGGEST && used[i] > 0; i++) {
			text.append(separator).append(names[i]).append(" with ").append(used[i]);
			separator = ", ";
		}
	}

	private static void insert(String[] names, long[] used, String name, long bytes) {
		int place = BIGGEST;
		while (place > 0 && bytes > used[place - 1]) {
			place--;
		}
		if (place < BIGGEST) {
			for (int i = BIGGEST - 1; i > place; i--) {
				names[i] = names[i - 1];
				used[i] = used[i - 1];
			}
			names[place] = name;
			used[place] = bytes;
		}
	}

}
