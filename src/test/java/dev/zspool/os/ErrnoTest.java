package dev.zspool.os;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ErrnoTest {
    @Test
    @DisplayName("every named number maps to its name and back")
    void roundTrip() {
        for (Errno errno : Errno.values()) {
            assertEquals(errno, Errno.of(errno.number()));
        }
    }

    @Test
    @DisplayName("numbers are those of Linux")
    void numbers() {
        assertEquals(Errno.NONE, Errno.of(0));
        assertEquals(Errno.EAGAIN, Errno.of(11));
        assertEquals(Errno.ENOMEM, Errno.of(12));
        assertEquals(Errno.EINVAL, Errno.of(22));
        assertEquals(Errno.EHWPOISON, Errno.of(133));
    }

    @Test
    @DisplayName("a number without a name is OTHER, not an exception")
    void unknown() {
        for (int number = -200; number <= 4096; number++) {
            Errno errno = Errno.of(number);
            assertEquals(errno == Errno.OTHER ? -1 : number, errno.number());
        }
    }
}
