package io.freehold.owned;

/**
 * What a thread uses as long as it bears a mark: in a package of its own, for the mark is
 * removed by a thread that makes sure that no method of the package is running.
 */
public final class Owned {

	/** By plain accesses, as in a hot path. */
	private boolean marked = true;

	private int content;

	/** Uses it. To be called by the owner only; returns how often that was. */
	public int use() {
		if (this.marked) {
			this.content++;
			return 1;
		}
		return 0;
	}

	public void mark(boolean marked) {
		this.marked = marked;
	}

	/** To be called by who has taken it. */
	public void add(int number) {
		this.content += number;
	}

	public int content() {
		return this.content;
	}

}
