package io.freehold.sample.queries;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.sample.objects.InflatedBody;
import io.freehold.sample.objects.StoredObject;

/**
 * Writes objects to a ZIP archive. They go there compressed as they are. To be used by
 * one thread.
 */
final class ZipWriter {

	/*
	 * An entry of an archive is a header and the deflated bytes; a stored object has the
	 * same bytes between the two of the zlib header and the four of its trailer. What is
	 * missing is the CRC-32 of the inflated bytes, which is why they are inflated.
	 *
	 * At the end of the archive all headers are repeated, with where each entry is. They
	 * are collected in one block that grows as needed.
	 */

	/** More would need extensions of the format. */
	static final int MAX_ENTRIES = 65_535;

	private static final Layout BUFFER = Layout.ofBytes(16 << 10);

	private static final int ENTRY = 0x04034b50;

	private static final int DIRECTORY_ENTRY = 0x02014b50;

	private static final int END = 0x06054b50;

	private static final short VERSION = 20;

	private static final short UTF_8 = 1 << 11;

	private static final short DEFLATED = 8;

	/** The first of January 1980, which the format begins at. */
	private static final int NO_DATE = 0x21 << 16;

	private static final int COMMON_SIZE = 26;

	private final Allocator allocator;

	private final WritableByteChannel out;

	private final ByteBuffer buffer;

	private MemorySegment directory;

	private Layout directoryLayout = Layout.ofBytes(4 << 10);

	private long directorySize;

	private long written;

	private int entries;

	/**
	 * Creates an archive without entries.
	 * @param allocator owns all memory; nothing is freed one by one
	 * @param out where to write the archive
	 */
	ZipWriter(Allocator allocator, OutputStream out) {
		this.allocator = allocator;
		this.out = Channels.newChannel(out);
		this.buffer = allocator.allocate(BUFFER).asByteBuffer();
		this.directory = allocator.allocate(this.directoryLayout);
	}

	/**
	 * Adds an object, or leaves it out if there are too many.
	 * @param name the name of the entry
	 * @param object the object
	 * @throws IOException if writing fails
	 */
	void add(String name, StoredObject object) throws IOException {
		if (this.entries == MAX_ENTRIES) {
			return;
		}
		MemorySegment deflated = object.bytes().asSlice(2, object.storedSize() - 6);
		byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
		ByteBuffer common = little(COMMON_SIZE).putShort(VERSION)
			.putShort(UTF_8)
			.putShort(DEFLATED)
			.putInt(NO_DATE)
			.putInt(crc(object))
			.putInt((int) deflated.byteSize())
			.putInt((int) object.size())
			.putShort((short) nameBytes.length)
			.putShort((short) 0)
			.flip();
		note(common, nameBytes);
		write(little(4).putInt(ENTRY).flip());
		write(common);
		write(ByteBuffer.wrap(nameBytes));
		write(deflated.asByteBuffer());
	}

	private int crc(StoredObject object) {
		CRC32 crc = new CRC32();
		try (InflatedBody body = new InflatedBody(object.bytes())) {
			while (body.read(this.buffer.clear()) >= 0) {
				crc.update(this.buffer.flip());
			}
		}
		return (int) crc.getValue();
	}

	private void note(ByteBuffer common, byte[] name) {
		ByteBuffer entry = little(46 + name.length).putInt(DIRECTORY_ENTRY)
			.putShort(VERSION)
			.put(common.duplicate())
			// no comment, first disk, no attributes
			.putShort((short) 0)
			.putShort((short) 0)
			.putShort((short) 0)
			.putInt(0)
			.putInt((int) this.written)
			.put(name)
			.flip();
		long size = this.directorySize + entry.remaining();
		if (size > this.directoryLayout.size()) {
			Layout larger = Layout.ofBytes(Math.max(size, 2 * this.directoryLayout.size()));
			this.directory = this.allocator.grow(this.directory, this.directoryLayout, larger);
			this.directoryLayout = larger;
		}
		this.directory.asSlice(this.directorySize).copyFrom(MemorySegment.ofBuffer(entry));
		this.directorySize = size;
		this.entries++;
	}

	/**
	 * Ends the archive.
	 * @throws IOException if writing fails
	 */
	void finish() throws IOException {
		long start = this.written;
		write(this.directory.asSlice(0, this.directorySize).asByteBuffer());
		write(little(22).putInt(END)
			.putInt(0)
			.putShort((short) this.entries)
			.putShort((short) this.entries)
			.putInt((int) this.directorySize)
			.putInt((int) start)
			.putShort((short) 0)
			.flip());
	}

	private void write(ByteBuffer bytes) throws IOException {
		while (bytes.hasRemaining()) {
			this.written += this.out.write(bytes);
		}
	}

	private static ByteBuffer little(int size) {
		return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
	}

}
