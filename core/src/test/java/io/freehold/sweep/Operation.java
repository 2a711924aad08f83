package io.freehold.sweep;

import java.util.Set;
import java.util.function.Consumer;

/**
 * One call of the public API, or a series of equal ones.
 *
 * @param name its name
 * @param kind what it does to blocks
 * @param zeroed whether the block it returns is zero, where it is new
 * @param cold whether it is called by a new thread each time
 * @param places the kinds of allocators that it can be called on
 * @param prepare makes everything that the call needs
 * @param act makes the call, which leaves what it returns in the scene
 */
record Operation(String name, Kind kind, boolean zeroed, boolean cold, Set<Place> places, Consumer<Scene> prepare,
		Consumer<Scene> act) {

	/** What an operation does. */
	enum Kind {

		/** It returns a new block. */
		ALLOCATES,

		/** It returns a block in place of another one. */
		RESIZES,

		/** It frees a block. */
		FREES,

		/** It allocates many blocks one by one. */
		ALLOCATES_SERIES,

		/** It frees many blocks one by one. */
		FREES_SERIES,

		/** It opens something. */
		OPENS,

		/** It changes a setting, and can be repeated. */
		CHANGES,

		/** It ends something, and can be repeated. */
		ENDS,

		/** It is refused. */
		REFUSED,

		/** It is seen to be misuse. */
		MISUSED

	}

	static Operation of(String name, Kind kind, Set<Place> places, Consumer<Scene> prepare, Consumer<Scene> act) {
		return new Operation(name, kind, name.contains("Zeroed"), false, places, prepare, act);
	}

	/**
	 * Returns this operation as the first one of a thread, on a backend without memory.
	 */
	Operation cold(String name, Set<Place> places) {
		return new Operation(name, this.kind, this.zeroed, true, places, (_) -> {
		}, this.act);
	}

}
