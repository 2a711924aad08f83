package io.freehold.sample.load;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A connection of HTTP/1.1, over a plain socket, so that it can be cut off anywhere.
 */
final class Connection implements AutoCloseable {

	private static final int DEADLINE_MILLIS = 120_000;

	private static final byte[] NONE = {};

	private final Socket socket = new Socket();

	private final InputStream in;

	/**
	 * Connects.
	 * @param port where the application listens
	 * @param receiveBuffer the size of the buffer that the system reads ahead into, 0 for
	 * its own choice
	 */
	Connection(int port, int receiveBuffer) throws IOException {
		if (receiveBuffer != 0) {
			this.socket.setReceiveBufferSize(receiveBuffer);
		}
		this.socket.setTcpNoDelay(true);
		this.socket.setSoTimeout(DEADLINE_MILLIS);
		this.socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
		this.in = new BufferedInputStream(this.socket.getInputStream());
	}

	void send(byte[] bytes, int length) throws IOException {
		this.socket.getOutputStream().write(bytes, 0, length);
	}

	Response exchange(byte[] request) throws IOException {
		send(request, request.length);
		return receive();
	}

	Response receive() throws IOException {
		Response head = receiveHead();
		return new Response(head.status(), head.headers(), readBody(head));
	}

	/** Receives what comes before the body. */
	Response receiveHead() throws IOException {
		String status = readLine();
		Map<String, String> headers = new HashMap<>();
		for (String line = readLine(); !line.isEmpty(); line = readLine()) {
			int colon = line.indexOf(':');
			headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
		}
		return new Response(Integer.parseInt(status.substring(9, 12)), headers, NONE);
	}

	private byte[] readBody(Response head) throws IOException {
		if (head.status() == 204 || head.status() == 304) {
			return NONE;
		}
		if (!head.header("transfer-encoding").equals("chunked")) {
			String length = head.header("content-length");
			return length.isEmpty() ? this.in.readAllBytes() : readFully(Integer.parseInt(length));
		}
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		for (byte[] chunk = readChunk(); chunk.length != 0; chunk = readChunk()) {
			body.writeBytes(chunk);
		}
		return body.toByteArray();
	}

	/** Reads the next chunk of a body, empty at its end. */
	byte[] readChunk() throws IOException {
		byte[] chunk = readFully(Integer.parseInt(readLine(), 16));
		readLine();
		return chunk;
	}

	private byte[] readFully(int length) throws IOException {
		byte[] bytes = this.in.readNBytes(length);
		if (bytes.length != length) {
			throw new EOFException("the connection ended " + (length - bytes.length) + " bytes too soon");
		}
		return bytes;
	}

	private String readLine() throws IOException {
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		for (int next = this.in.read(); next != '\n'; next = this.in.read()) {
			if (next < 0) {
				throw new EOFException("the connection ended within a line: " + line);
			}
			line.write(next);
		}
		return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
	}

	/** Reads at most some bytes of whatever comes, waiting for each. */
	void skip(int length) throws IOException {
		this.in.readNBytes(length);
	}

	/** Cuts the connection off without a farewell: the other side sees a reset. */
	void reset() throws IOException {
		this.socket.setSoLinger(true, 0);
		this.socket.close();
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

}
