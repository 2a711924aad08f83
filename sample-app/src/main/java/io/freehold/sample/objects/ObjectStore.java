package io.freehold.sample.objects;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;

import io.freehold.AllocationException;
import io.freehold.AllocationException.Reason;
import io.freehold.Layout;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spring.NamedAllocator;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/**
 * The objects by key. When the budget refuses the memory for a new one, those used
 * longest ago make room; objects that are being read do not count as such, since nothing
 * would be won until their readers are done.
 *
 * <p>
 * All methods may be called by any number of threads. Bytes are copied outside the lock,
 * which is held for moments only. Each change is published as a {@link ObjectChange}, on
 * the thread that made it and outside the lock.
 */
@Component
public class ObjectStore {

	private final ManagedAllocator allocator;

	private final Room room;

	private final int maxObjects;

	private final Counter evictions;

	private final ApplicationEventPublisher events;

	private final ReentrantLock lock = new ReentrantLock();

	/** In order of their last use. Guarded by the lock. */
	private final LinkedHashMap<String, StoredObject> objects = new LinkedHashMap<>(16, 0.75f, true);

	/** Guarded by the lock. */
	private boolean closed;

	/** Creates an empty store, whose objects the allocator owns. */
	public ObjectStore(@NamedAllocator("objects") ManagedAllocator allocator, SampleProperties properties,
			MeterRegistry meters, ApplicationEventPublisher events) {
		this.allocator = allocator;
		this.room = new Room(allocator);
		this.events = events;
		this.maxObjects = properties.maxObjects();
		this.evictions = Counter.builder("sample.evictions")
			.description("Objects that made room for others")
			.register(meters);
	}

	/**
	 * Stores an object in place of the one with the same key, if there is one.
	 * @param description its key and content type
	 * @param body the body, which is copied
	 * @param precondition what must hold of the object with the same key
	 * @return whether the key is new
	 * @throws ObjectException if the precondition does not hold, or if there is no room;
	 * the object with the same key, if any, may have been evicted like any other
	 */
	public boolean put(Description description, CompressedBody body, Precondition precondition) {
		String key = description.key();
		// before others make room in vain
		check(key, precondition);
		Layout layout = Layout.ofBytes(body.storedSize());
		// what a condition is about must not make room for its own successor
		MemorySegment block = allocate(layout, precondition.isNone() ? null : key);
		StoredObject object = StoredObject.of(this.allocator, layout, block, description.contentType(), body);
		StoredObject replaced;
		try {
			replaced = exchange(key, object, precondition);
		}
		catch (ObjectException ex) {
			object.close();
			throw ex;
		}
		if (replaced != null) {
			replaced.close();
		}
		this.events.publishEvent(new ObjectChange(ObjectChange.Kind.PUT, key, body.etag()));
		return replaced == null;
	}

	private void check(String key, Precondition precondition) {
		this.lock.lock();
		try {
			require(precondition, this.objects.get(key));
		}
		finally {
			this.lock.unlock();
		}
	}

	private @Nullable StoredObject exchange(String key, StoredObject object, Precondition precondition) {
		List<ObjectChange> changes = new ArrayList<>();
		this.lock.lock();
		try {
			if (this.closed) {
				throw ObjectException.shuttingDown(null);
			}
			require(precondition, this.objects.get(key));
			StoredObject replaced = this.objects.put(key, object);
			boolean evicted = true;
			while (evicted && this.objects.size() > this.maxObjects) {
				evicted = evictEldest(key, changes);
			}
			return replaced;
		}
		finally {
			this.lock.unlock();
			changes.forEach(this.events::publishEvent);
		}
	}

	private static void require(Precondition precondition, @Nullable StoredObject object) {
		if (!precondition.holds((object != null) ? object.etag() : null)) {
			throw ObjectException.preconditionFailed();
		}
	}

	/**
	 * Returns an object for reading, whatever happens to its key meanwhile.
	 * @param key the key
	 * @return the object, to be closed by the caller, or null if there is none
	 */
	public @Nullable StoredObject find(String key) {
		this.lock.lock();
		try {
			StoredObject object = this.objects.get(key);
			if (object == null) {
				return null;
			}
			object.touch();
			return object.retain();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Removes an object. Those who are reading it may go on.
	 * @param key the key
	 * @param precondition what must hold of it
	 * @return whether there was one
	 * @throws ObjectException if the precondition does not hold
	 */
	public boolean remove(String key, Precondition precondition) {
		StoredObject removed;
		this.lock.lock();
		try {
			require(precondition, this.objects.get(key));
			removed = this.objects.remove(key);
		}
		finally {
			this.lock.unlock();
		}
		if (removed != null) {
			removed.close();
			this.events.publishEvent(new ObjectChange(ObjectChange.Kind.REMOVED, key, removed.etag()));
		}
		return removed != null;
	}

	/**
	 * Removes all objects.
	 */
	public void clear() {
		Map<String, StoredObject> removed;
		this.lock.lock();
		try {
			removed = new LinkedHashMap<>(this.objects);
			this.objects.clear();
		}
		finally {
			this.lock.unlock();
		}
		removed.values().forEach(StoredObject::close);
		removed.forEach((key, object) -> this.events
			.publishEvent(new ObjectChange(ObjectChange.Kind.REMOVED, key, object.etag())));
	}

	/**
	 * Visits all objects, the one used longest ago first, with the lock held.
	 * @param visitor told of each key and object
	 */
	public void forEach(BiConsumer<String, StoredObject> visitor) {
		this.lock.lock();
		try {
			this.objects.forEach(visitor);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Reads all objects that are there now and still are when their turn comes, without
	 * counting that as their use. The lock is not held.
	 * @param reader told of each key and object
	 * @throws IOException if the reader throws it
	 */
	public void read(StoredObject.Reader reader) throws IOException {
		Map<String, StoredObject> present;
		this.lock.lock();
		try {
			present = new LinkedHashMap<>(this.objects);
		}
		finally {
			this.lock.unlock();
		}
		for (Map.Entry<String, StoredObject> entry : present.entrySet()) {
			// it may have been replaced meanwhile, or compressed once more
			StoredObject current = entry.getValue().tryRetain() ? entry.getValue() : peek(entry.getKey());
			if (current != null) {
				try (StoredObject object = current) {
					reader.read(entry.getKey(), object);
				}
			}
		}
	}

	private @Nullable StoredObject peek(String key) {
		this.lock.lock();
		try {
			Map.Entry<String, StoredObject> entry = entry(key);
			return (entry != null) ? entry.getValue().retain() : null;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Returns the object used longest ago that may be worth compressing once more,
	 * without counting that as its use.
	 * @param unused how long nobody must have used it
	 * @return its key and the object, for the caller to close, or null
	 */
	public Map.@Nullable Entry<String, StoredObject> findIdle(Duration unused) {
		this.lock.lock();
		try {
			for (Map.Entry<String, StoredObject> entry : this.objects.entrySet()) {
				StoredObject object = entry.getValue();
				if (object.unusedFor().compareTo(unused) < 0) {
					return null;
				}
				if (!object.isSettled()) {
					return Map.entry(entry.getKey(), object.retain());
				}
			}
			return null;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Exchanges the bytes of an object for others that inflate to the same, if it is
	 * still there. Nobody makes room for it, and it does not count as use.
	 * @param key the key
	 * @param object the object, held by the caller
	 * @param body the same body, compressed in another way; it is copied
	 * @return whether it was exchanged
	 * @throws AllocationException if there is no room for both at once
	 */
	public boolean recompress(String key, StoredObject object, CompressedBody body) {
		Layout layout = Layout.ofBytes(body.storedSize());
		StoredObject successor = StoredObject.of(this.allocator, layout, this.allocator.allocate(layout),
				object.contentType(), body);
		successor.settle();
		StoredObject dropped = exchange(key, object, successor) ? object : successor;
		dropped.close();
		return dropped != successor;
	}

	private boolean exchange(String key, StoredObject object, StoredObject successor) {
		this.lock.lock();
		try {
			Map.Entry<String, StoredObject> entry = entry(key);
			if (entry == null || entry.getValue() != object) {
				return false;
			}
			entry.setValue(successor);
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Finds an entry by going through all of them: any look-up by key would count as use.
	 */
	private Map.@Nullable Entry<String, StoredObject> entry(String key) {
		for (Map.Entry<String, StoredObject> entry : this.objects.entrySet()) {
			if (entry.getKey().equals(key)) {
				return entry;
			}
		}
		return null;
	}

	@PreDestroy
	void close() {
		this.lock.lock();
		try {
			this.closed = true;
		}
		finally {
			this.lock.unlock();
		}
		clear();
	}

	private MemorySegment allocate(Layout layout, @Nullable String spared) {
		long limit = this.room.limit();
		if (layout.size() > limit) {
			throw ObjectException.noRoom(layout.size(), limit);
		}
		while (true) {
			try {
				return this.allocator.allocate(layout);
			}
			catch (AllocationException ex) {
				if (ex.reason() == Reason.CLOSED) {
					throw ObjectException.shuttingDown(ex);
				}
				if (ex.reason() != Reason.LIMIT_EXCEEDED || !makeRoom(layout.size(), spared)) {
					throw ObjectException.noRoom(ex);
				}
			}
		}
	}

	/**
	 * Evicts objects until there is room for some bytes, which others may be faster to
	 * use.
	 * @return whether it makes sense to try again
	 */
	private boolean makeRoom(long bytes, @Nullable String spared) {
		List<ObjectChange> changes = new ArrayList<>();
		this.lock.lock();
		try {
			boolean evicted = false;
			while (this.room.left() < bytes) {
				if (!evictEldest(spared, changes)) {
					return evicted;
				}
				evicted = true;
			}
			return true;
		}
		finally {
			this.lock.unlock();
			changes.forEach(this.events::publishEvent);
		}
	}

	/**
	 * Evicts the idle object used longest ago, and returns whether there was one.
	 * @param spared the key of an object that must stay, null if there is none
	 * @param changes where to note it
	 */
	private boolean evictEldest(@Nullable String spared, List<ObjectChange> changes) {
		Iterator<Map.Entry<String, StoredObject>> eldestFirst = this.objects.entrySet().iterator();
		while (eldestFirst.hasNext()) {
			Map.Entry<String, StoredObject> entry = eldestFirst.next();
			if (!entry.getKey().equals(spared) && entry.getValue().isIdle()) {
				eldestFirst.remove();
				entry.getValue().close();
				this.evictions.increment();
				changes.add(new ObjectChange(ObjectChange.Kind.EVICTED, entry.getKey(), entry.getValue().etag()));
				return true;
			}
		}
		return false;
	}

}
