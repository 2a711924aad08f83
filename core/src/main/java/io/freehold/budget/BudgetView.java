package io.freehold.budget;

/**
 * An account for those who may look at it and change its limit.
 *
 * @param account the account
 * @param onLimitChange run after each change of the limit through this view
 */
record BudgetView(BudgetAccount account, Runnable onLimitChange) implements Budget {

	@Override
	public long limit() {
		return this.account.limit();
	}

	@Override
	public void setLimit(long bytes) {
		this.account.setLimit(bytes);
		this.onLimitChange.run();
	}

	@Override
	public long softLimit() {
		return this.account.softLimit();
	}

	@Override
	public long used() {
		return this.account.used();
	}

	@Override
	public long peak() {
		return this.account.peak();
	}

	@Override
	public String toString() {
		return this.account.toString();
	}

}
