package io.freehold.sample.imports;

import java.util.ArrayList;
import java.util.List;

import io.freehold.sample.objects.CompressedBody;
import io.freehold.sample.objects.Description;

/**
 * The objects of one import, compressed in the memory of its transaction, and what
 * becomes of them. Used by the thread of the transaction alone.
 */
final class Staging {

	private final long id;

	private final List<StagedObject> objects = new ArrayList<>();

	private int published;

	Staging(long id) {
		this.id = id;
	}

	/** Returns the id of the import. */
	long id() {
		return this.id;
	}

	void add(StagedObject object) {
		this.objects.add(object);
	}

	/** Returns the objects, whose bytes end soon after the transaction. */
	List<StagedObject> objects() {
		return List.copyOf(this.objects);
	}

	int size() {
		return this.objects.size();
	}

	void countPublished() {
		this.published++;
	}

	/** Returns how many objects the store has taken since the commit. */
	int published() {
		return this.published;
	}

	/**
	 * An object that is to be published.
	 *
	 * @param description its key and content type
	 * @param body its bytes
	 */
	record StagedObject(Description description, CompressedBody body) {

	}

}
