package io.freehold.managed;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.freehold.internal.sync.PolledLock;

import org.jspecify.annotations.Nullable;

/**
 * The children of a node, in the order of their creation. Guarded by a lock, under which
 * the node's gate is closed too: a child is either found by the close, or refused because
 * of it.
 */
final class Children {

	private final PolledLock lock = new PolledLock();

	private final Map<String, Node> nodes = new LinkedHashMap<>();

	private final Node parent;

	/** Made for the first refusal; another one would do no harm. */
	private volatile @Nullable BiggestChildren biggest;

	Children(Node parent) {
		this.parent = parent;
	}

	static void requireName(Node parent, String name) {
		if (name.isBlank() || name.indexOf('/') >= 0) {
			throw new IllegalArgumentException(
					parent + ": the name of a child must not be blank or contain a slash: '" + name + "'");
		}
	}

	void add(String name, Node child) {
		this.lock.lock();
		try {
			if (this.parent.gate.isClosing()) {
				throw new IllegalStateException(this.parent + ": could not create child '" + name + "' (closed)");
			}
			if (this.nodes.putIfAbsent(name, child) != null) {
				throw new IllegalArgumentException(this.parent + ": there is a child named '" + name + "' already");
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	void remove(String name, Node child) {
		this.lock.lock();
		try {
			this.nodes.remove(name, child);
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Returns a snapshot. */
	List<Node> nodes() {
		this.lock.lock();
		try {
			// most have none
			return this.nodes.isEmpty() ? List.of() : new ArrayList<>(this.nodes.values());
		}
		finally {
			this.lock.unlock();
		}
	}

	int count() {
		this.lock.lock();
		try {
			return this.nodes.size();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Returns a snapshot, made in no more time than it takes to copy it. */
	Node[] array() {
		this.lock.lock();
		try {
			return this.nodes.values().toArray(new Node[this.nodes.size()]);
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Returns the words for the biggest ones, for a refusal; perhaps none. */
	String biggest() {
		BiggestChildren biggest = this.biggest;
		if (biggest == null) {
			biggest = new BiggestChildren(this);
			this.biggest = biggest;
		}
		return biggest.words();
	}

	/** Closes the gate of the parent and returns the children it has by then. */
	List<Node> closeGate() {
		this.lock.lock();
		try {
			this.parent.gate.close();
			return nodes();
		}
		finally {
			this.lock.unlock();
		}
	}

}
