package io.freehold.managed;

import java.util.Comparator;

import io.freehold.budget.Budget;
import io.freehold.budget.BudgetAccount;

/**
 * The words for a refusal by a budget: every level with its limit, what is used and what
 * was asked, and the biggest children of those without room. Composed after the fact, so
 * that a successful allocation pays nothing for it; the numbers are those of that moment.
 */
final class Refusal {

	private static final int BIGGEST = 3;

	private Refusal() {
	}

	/**
	 * Describes a refusal.
	 * @param account the account of the node, or that of one of its heaps
	 */
	static String describe(Node node, BudgetAccount account, long asked) {
		StringBuilder text = new StringBuilder("limit exceeded");
		if (account != node.budget) {
			level(text, node.name() + " heap", account.limit(), account.used(), asked);
		}
		return path(text, node, asked);
	}

	static String describe(Node node, RegionLease region, long asked) {
		StringBuilder text = new StringBuilder("limit exceeded");
		if (region.limit() != Budget.UNLIMITED) {
			level(text, node.name() + " region", region.limit(), region.used(), asked);
		}
		return path(text, node, asked);
	}

	private static String path(StringBuilder text, Node node, long asked) {
		for (Node level = node; level != null; level = level.parent) {
			if (level(text, level.name(), level.budget.limit(), level.budget.used(), asked)) {
				biggestChildren(text, level);
			}
		}
		return text.toString();
	}

	/** Appends a level and returns whether it has no room. */
	private static boolean level(StringBuilder text, String name, long limit, long used, long asked) {
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

	private static void biggestChildren(StringBuilder text, Node node) {
		String separator = ", biggest children: ";
		for (Holder child : node.children()
			.stream()
			.map((candidate) -> new Holder(candidate.name(), candidate.budget().used()))
			.filter((candidate) -> candidate.used() > 0)
			.sorted(Comparator.comparingLong(Holder::used).reversed())
			.limit(BIGGEST)
			.toList()) {
			text.append(separator).append(child.name()).append(" with ").append(child.used());
			separator = ", ";
		}
	}

	/** What an allocator used at one moment, so that sorting sees no other. */
	private record Holder(String name, long used) {

	}

}
