package io.freehold.managed;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

/**
 * The words for the biggest children of a node, for refusals. With many children they are
 * looked for at most ten times a second, by one thread at a time.
 */
final class BiggestChildren {

	/** So many are named. */
	private static final int NAMED = 3;

	/** So many are compared exactly. */
	private static final int CANDIDATES = 8;

	/** Children that are few enough to look at each of them each time. */
	private static final int FEW = 64;

	private static final long RECENT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

	private final Children children;

	/** Taken by compare-and-set by the thread that looks. */
	private final AtomicBoolean looking = new AtomicBoolean();

	/** What was found last among many children, and is told for a while. */
	private volatile @Nullable Found last;

	BiggestChildren(Children children) {
		this.children = children;
	}

	/** Returns the words, empty if no child has anything or this is not known now. */
	String words() {
		if (this.children.count() <= FEW) {
			return look().words();
		}
		Found last = this.last;
		boolean recent = last != null && System.nanoTime() - last.time() < RECENT_NANOS;
		if (!recent && this.looking.compareAndSet(false, true)) {
			try {
				last = look();
				this.last = last;
			}
			finally {
				this.looking.set(false);
			}
		}
		return (last != null) ? last.words() : "";
	}

	/**
	 * Looks at each child once. What is retained for blocks to come is told from what is
	 * in use for a few of them only, those with the most of both.
	 */
	private Found look() {
		Node[] nodes = this.children.array();
		Node[] candidates = new Node[CANDIDATES];
		long[] reserved = new long[CANDIDATES];
		for (Node child : nodes) {
			insert(candidates, reserved, child, child.budget.reserved());
		}
		Node[] biggest = new Node[NAMED];
		long[] used = new long[NAMED];
		for (int i = 0; i < CANDIDATES && reserved[i] > 0; i++) {
			insert(biggest, used, candidates[i], candidates[i].budget.recentlyUsed());
		}
		StringBuilder text = new StringBuilder();
		String separator = ", biggest children: ";
		for (int i = 0; i < NAMED && used[i] > 0; i++) {
			text.append(separator).append(biggest[i].name()).append(" with ").append(used[i]);
			separator = ", ";
		}
		return new Found(text.toString(), System.nanoTime());
	}

	/** Keeps the biggest in order, without those that have nothing. */
	private static void insert(Node[] nodes, long[] bytes, Node node, long size) {
		int place = nodes.length;
		while (place > 0 && size > bytes[place - 1]) {
			place--;
		}
		if (place < nodes.length) {
			System.arraycopy(nodes, place, nodes, place + 1, nodes.length - 1 - place);
			System.arraycopy(bytes, place, bytes, place + 1, nodes.length - 1 - place);
			nodes[place] = node;
			bytes[place] = size;
		}
	}

	/**
	 * What was found at one time.
	 *
	 * @param words the words
	 * @param time when that was, in nanoseconds
	 */
	private record Found(String words, long time) {

	}

}
