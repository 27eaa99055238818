package io.github.latchkey.mcp.http.internal;

import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Undoes gzip (RFC 1952): all members, with their checksums. Unlike {@code GZIPInputStream} it never waits for bytes. */
final class GzipDecoder implements ContentDecoder {
    private static final int HEADER_CRC = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;

    private enum Part {
        FIXED,
        EXTRA_LENGTH,
        EXTRA,
        NAME,
        COMMENT,
        HEADER_CRC,
        DATA,
        TRAILER
    }

    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();

    private byte[] input = new byte[0];
    private int position;
    private int end;

    private Part part = Part.FIXED;

    /** How many bytes of the part were read, and the number that they make, lowest byte first. */
    private int count;

    private long value;
    private int flags;
    private int extraBytes;

    @Override
    public boolean isComplete() {
        return part == Part.FIXED && count == 0;
    }

    @Override
    public void feed(byte[] bytes, int length) {
        input = bytes;
        position = 0;
        end = length;
    }

    @Override
    public int decode(byte[] into, int from) {
        while (true) {
            if (part == Part.DATA) {
                int inflated = inflate(into, from);
                if (inflated > 0 || part == Part.DATA) return inflated;
            } else if (position == end) {
                return 0;
            } else {
                readByte(input[position++] & 0xff);
            }
        }
    }

    @Override
    public void close() {
        inflater.end();
    }

    private int inflate(byte[] into, int from) {
        if (inflater.needsInput()) {
            inflater.setInput(input, position, end - position);
            position = end;
        }
        try {
            int inflated = inflater.inflate(into, from, into.length - from);
            if (inflated > 0) {
                crc.update(into, from, inflated);
            } else if (inflater.needsDictionary()) {
                throw new BrokenContentException("it needs a dictionary", null);
            } else if (inflater.finished()) {
                position = end - inflater.getRemaining();
                enter(Part.TRAILER);
            }
            return inflated;
        } catch (DataFormatException e) {
            throw new BrokenContentException(e.getMessage() == null ? "it cannot be inflated" : e.getMessage(), e);
        }
    }

    private void readByte(int next) {
        value |= (long) next << (8 * Math.min(count, 7));
        count++;
        switch (part) {
            case FIXED:
                readFixed(next);
                break;
            case EXTRA_LENGTH:
                if (count == 2) {
                    extraBytes = (int) value;
                    if (extraBytes > 0) enter(Part.EXTRA);
                    else leave(EXTRA);
                }
                break;
            case EXTRA:
                if (count == extraBytes) leave(EXTRA);
                break;
            case NAME:
                if (next == 0) leave(NAME);
                break;
            case COMMENT:
                if (next == 0) leave(COMMENT);
                break;
            case HEADER_CRC:
                if (count == 2) leave(HEADER_CRC);
                break;
            case TRAILER:
                if (count == 8) endMember();
                break;
            case DATA:
                throw new IllegalStateException();
        }
    }

    private void readFixed(int next) {
        if (count == 2 && value != 0x8b1f) throw new BrokenContentException("it does not begin as gzip does", null);
        if (count == 3 && next != 8) throw new BrokenContentException("it is compressed in another way", null);
        if (count == 4) flags = next;
        if (count == 10) leave(0);
    }

    /** Goes on with what the flags announce after {@code done}, or with the data. */
    private void leave(int done) {
        flags &= ~done;
        if ((flags & EXTRA) != 0) enter(Part.EXTRA_LENGTH);
        else if ((flags & NAME) != 0) enter(Part.NAME);
        else if ((flags & COMMENT) != 0) enter(Part.COMMENT);
        else if ((flags & HEADER_CRC) != 0) enter(Part.HEADER_CRC);
        else enter(Part.DATA);
    }

    private void endMember() {
        long expected = crc.getValue() | (inflater.getBytesWritten() & 0xffffffffL) << 32;
        if (value != expected) throw new BrokenContentException("its checksum is wrong", null);
        inflater.reset();
        crc.reset();
        enter(Part.FIXED);
    }

    private void enter(Part next) {
        part = next;
        count = 0;
        value = 0;
    }
}
