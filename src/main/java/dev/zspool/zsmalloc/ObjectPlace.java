package dev.zspool.zsmalloc;

/// Where an object lay at one moment.
///
/// @param classIndex its size class
/// @param slotBytes bytes of its slot
/// @param zspage the zspage's number in the pool
/// @param position which page of the zspage its slot begins on, from 0
/// @param slot the slot's number in the zspage, from 0
/// @param frame the frame in which the slot begins
/// @param offsetBytes where in the frame
public record ObjectPlace(
        int classIndex,
        int slotBytes,
        int zspage,
        int position,
        int slot,
        int frame,
        int offsetBytes) {

    static ObjectPlace of(long location, SizeClassShape shape, SlotMemory slots) {
        int frame = ObjectLocation.frame(location);
        long descriptor = slots.descriptor(frame);
        return new ObjectPlace(
                shape.index(),
                shape.sizeBytes(),
                PageDescriptor.zspage(descriptor),
                PageDescriptor.position(descriptor),
                slots.slotOf(location, shape),
                frame,
                ObjectLocation.offsetBytes(location));
    }
}
