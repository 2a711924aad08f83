package io.freehold.budget;

/**
 * A reservation that is never decided, as if its thread had stopped in the middle.
 */
public final class Undecided {

	private Undecided() {
	}

	public static void leave(BudgetAccount account, long bytes) {
		account.word.claim(bytes, true);
	}

	public static void settle(BudgetAccount account, long bytes) {
		account.word.decide(bytes, false);
	}

}
