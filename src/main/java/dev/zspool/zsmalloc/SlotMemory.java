package dev.zspool.zsmalloc;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.zspool.page.Frames;
import dev.zspool.page.PageArena;
import dev.zspool.page.Words;
import java.lang.foreign.MemorySegment;

/// The slots of zspages: where they lie, their headers, their free lists, and copies in and out.
///
/// A slot may begin in one frame and end in the next one of the chain; frames of a chain lie
/// anywhere in the arena. A header never straddles: slot sizes and offsets are multiples of 16.
///
/// All but {@link #copyOut} is called under the lock of the zspage's size class, or before the
/// zspage is known to anyone.
final class SlotMemory {
    /// What {@link #copyOut} answers when the chain makes no sense: the word was stale.
    static final int TORN = -1;

    private final MemorySegment memory;
    private final Words descriptors;
    private final ZspageTable zspages;
    private final int totalFrames;

    SlotMemory(PageArena arena, ZspageTable zspages) {
        this.memory = arena.memory();
        this.descriptors = arena.descriptors();
        this.totalFrames = arena.totalFrames();
        this.zspages = zspages;
    }

    /// Describes the frames of a new zspage, touches them and links all slots as free. Called
    /// before the zspage is known to anyone.
    void format(int zspage, SizeClassShape shape, int[] frames) {
        int pages = shape.pagesPerZspage();
        zspages.initialise(zspage, shape.index(), frames[0]);
        for (int position = 0; position < pages; position++) {
            int next = position + 1 < pages ? frames[position + 1] : Frames.NO_FRAME;
            descriptors.setOpaque(frames[position], PageDescriptor.of(zspage, position, next));
            // The first touch of a cold frame costs microseconds; it must not happen under a lock.
            memory.set(JAVA_BYTE, Frames.address(frames[position] + 1) - 1, (byte) 0);
        }
        if (shape.isHuge()) {
            return;
        }
        int last = shape.slotsPerZspage() - 1;
        for (int slot = 0; slot <= last; slot++) {
            memory.set(
                    JAVA_LONG,
                    addressIn(frames, slot * shape.sizeBytes()),
                    SlotLayout.free(slot == last ? SlotLayout.NO_SLOT : slot + 1));
        }
    }

    /// The place in the arena of a byte of a zspage, of which all frames are known.
    static long addressIn(int[] frames, int offset) {
        return Frames.address(frames[offset >>> Frames.FRAME_SHIFT])
                + (offset & Frames.FRAME_BYTES - 1);
    }

    /// Collects the frames of a zspage in the order of its chain.
    int frames(int zspage, int[] into) {
        int count = 0;
        int frame = zspages.firstFrame(zspage);
        while (frame != Frames.NO_FRAME) {
            into[count++] = frame;
            frame = PageDescriptor.nextFrame(descriptors.getOpaque(frame));
        }
        return count;
    }

    /// The frame of a page of a chain.
    int frameAt(int zspage, int position) {
        int frame = zspages.firstFrame(zspage);
        for (int hops = position; hops > 0; hops--) {
            frame = PageDescriptor.nextFrame(descriptors.getOpaque(frame));
        }
        return frame;
    }

    /// The descriptor of a frame, of any owner.
    long descriptor(int frame) {
        return descriptors.getAcquire(frame);
    }

    /// Puts a copy of a page into another frame, and the other frame into the chain in its place.
    /// Readers may come through the chain at once: the bytes are there before the link is.
    ///
    /// The caller gives every object with a byte on the page a new word afterwards, and only then
    /// releases the old frame.
    void replaceFrame(int zspage, int position, int from, int to) {
        MemorySegment.copy(
                memory, Frames.address(from), memory, Frames.address(to), Frames.FRAME_BYTES);
        descriptors.setRelease(to, descriptors.getOpaque(from));
        if (position == 0) {
            zspages.setFirstFrame(zspage, to);
        } else {
            descriptors.setRelease(
                    frameAt(zspage, position - 1), PageDescriptor.of(zspage, position - 1, to));
        }
    }

    /// The first byte of a slot in the arena.
    long address(int zspage, int slot, SizeClassShape shape) {
        int offset = slot * shape.sizeBytes();
        int frame = frameAt(zspage, offset >>> Frames.FRAME_SHIFT);
        return Frames.address(frame) + (offset & Frames.FRAME_BYTES - 1);
    }

    /// The zspage that a live location lies in.
    int zspageOf(long location) {
        return PageDescriptor.zspage(descriptors.getOpaque(ObjectLocation.frame(location)));
    }

    /// The slot's number in its zspage.
    int slotOf(long location, SizeClassShape shape) {
        int position =
                PageDescriptor.position(descriptors.getOpaque(ObjectLocation.frame(location)));
        return ((position << Frames.FRAME_SHIFT) + ObjectLocation.offsetBytes(location))
                / shape.sizeBytes();
    }

    long header(long slotAddress) {
        return memory.get(JAVA_LONG, slotAddress);
    }

    void setHeader(long slotAddress, long header) {
        memory.set(JAVA_LONG, slotAddress, header);
    }

    /// Takes the first free slot of a zspage and marks it with its handle. The zspage is not full.
    ///
    /// @return the slot's address
    long popFree(int zspage, SizeClassShape shape, long handle) {
        int slot = zspages.firstFreeSlot(zspage);
        long address = address(zspage, slot, shape);
        if (shape.isHuge()) {
            zspages.setFirstFreeSlot(zspage, SlotLayout.NO_SLOT);
            zspages.setHugeHandle(zspage, handle);
        } else {
            zspages.setFirstFreeSlot(zspage, SlotLayout.nextFreeSlot(header(address)));
            setHeader(address, SlotLayout.allocated(handle));
        }
        zspages.setLiveSlots(zspage, zspages.liveSlots(zspage) + 1);
        return address;
    }

    /// Puts a slot at the head of its zspage's free list. Nothing leads to it any more, and a fence
    /// is behind that.
    void pushFree(int zspage, int slot, long slotAddress, SizeClassShape shape) {
        if (shape.isHuge()) {
            zspages.setHugeHandle(zspage, ZsPool.NULL_HANDLE);
        } else {
            setHeader(slotAddress, SlotLayout.free(zspages.firstFreeSlot(zspage)));
        }
        zspages.setFirstFreeSlot(zspage, slot);
        zspages.setLiveSlots(zspage, zspages.liveSlots(zspage) - 1);
    }

    /// Writes an object's payload. Whether it runs into the next frame is decided by its own
    /// length, not by its class' (bug B15).
    void copyIn(long slotAddress, SizeClassShape shape, byte[] source, int offset, int length) {
        long payload = slotAddress + (shape.isHuge() ? 0 : SlotLayout.HEADER_BYTES);
        int room = roomInFrame(payload);
        int first = Math.min(length, room);
        MemorySegment.copy(source, offset, memory, JAVA_BYTE, payload, first);
        if (first < length) {
            long rest = nextFrameAddress(slotAddress);
            MemorySegment.copy(source, offset + first, memory, JAVA_BYTE, rest, length - first);
        }
    }

    /// Copies the payload of a slot out, all that the slot can hold. May be called without a lock:
    /// what it copied counts only if the word is unchanged afterwards.
    ///
    /// @return how many bytes, or {@link #TORN}
    int copyOut(long location, SizeClassShape shape, byte[] into, int offset) {
        int frame = ObjectLocation.frame(location);
        int header = shape.isHuge() ? 0 : SlotLayout.HEADER_BYTES;
        int length = shape.sizeBytes() - header;
        long payload = Frames.address(frame) + ObjectLocation.offsetBytes(location) + header;
        int first = Math.min(length, roomInFrame(payload));
        MemorySegment.copy(memory, JAVA_BYTE, payload, into, offset, first);
        if (first < length) {
            // Acquire: who finds a frame that a page has just been moved to finds its bytes there.
            int next = PageDescriptor.nextFrame(descriptors.getAcquire(frame));
            if (next < 0 || next >= totalFrames) {
                return TORN;
            }
            long rest = Frames.address(next);
            MemorySegment.copy(memory, JAVA_BYTE, rest, into, offset + first, length - first);
        }
        return length;
    }

    /// Copies a whole slot, header included, to another one of the same class.
    void copySlot(long from, long to, int sizeBytes) {
        int done = 0;
        long source = from;
        long destination = to;
        while (done < sizeBytes) {
            int step =
                    Math.min(
                            sizeBytes - done,
                            Math.min(roomInFrame(source), roomInFrame(destination)));
            MemorySegment.copy(memory, source, memory, destination, step);
            done += step;
            if (done < sizeBytes) {
                source = advance(source, step);
                destination = advance(destination, step);
            }
        }
    }

    private long advance(long address, int step) {
        return roomInFrame(address) == step ? nextFrameAddress(address) : address + step;
    }

    private long nextFrameAddress(long address) {
        int frame = (int) (address >>> Frames.FRAME_SHIFT);
        return Frames.address(PageDescriptor.nextFrame(descriptors.getOpaque(frame)));
    }

    private static int roomInFrame(long address) {
        return Frames.FRAME_BYTES - (int) (address & Frames.FRAME_BYTES - 1);
    }
}
