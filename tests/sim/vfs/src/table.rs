//! The table of C functions.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr;
use std::slice;
use std::sync::OnceLock;

use rusqlite::ffi;

use crate::{Code, OpenFile, REGION_BYTES, Storage};

/// Longest path, in bytes.
const MAX_PATH: c_int = 1024;
/// Ms from the epoch of the Julian day numbers SQLite counts in to 1970.
const JULIAN_1970_MS: i64 = 210_866_760_000_000;

static STORAGE: OnceLock<&'static dyn Storage> = OnceLock::new();

/// What SQLite allocates for each open file: its own header, then our pointer (a `Box` turned into a raw one).
#[repr(C)]
struct Raw {
    base: ffi::sqlite3_file,
    file: *mut Box<dyn OpenFile>,
}

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

/// Makes `storage` the file system of every connection this process opens from now on. Once for each process; a second
/// call changes nothing.
pub fn install(storage: &'static dyn Storage) -> Result<(), Code> {
    if STORAGE.set(storage).is_err() {
        return Ok(());
    }
    let raw_bytes = c_int::try_from(size_of::<Raw>()).unwrap_or(c_int::MAX);
    // Leaked on purpose: SQLite keeps the pointer for as long as the process runs.
    let table = Box::leak(Box::new(ffi::sqlite3_vfs {
        iVersion: 2,
        szOsFile: raw_bytes,
        mxPathname: MAX_PATH,
        pNext: ptr::null_mut(),
        zName: c"turnstone-sim".as_ptr(),
        pAppData: ptr::null_mut(),
        xOpen: Some(open),
        xDelete: Some(delete),
        xAccess: Some(access),
        xFullPathname: Some(full_pathname),
        xDlOpen: None,
        xDlError: None,
        xDlSym: None,
        xDlClose: None,
        xRandomness: Some(randomness),
        xSleep: Some(sleep),
        xCurrentTime: None,
        xGetLastError: None,
        xCurrentTimeInt64: Some(current_time),
        xSetSystemCall: None,
        xGetSystemCall: None,
        xNextSystemCall: None,
    }));
    // SAFETY: the table is complete, lives as long as the process, and its functions keep SQLite's contract.
    match unsafe { ffi::sqlite3_vfs_register(table, 1) } {
        ffi::SQLITE_OK => Ok(()),
        code => Err(code),
    }
}

fn storage() -> Result<&'static dyn Storage, Code> {
    STORAGE.get().copied().ok_or(ffi::SQLITE_INTERNAL)
}

fn number(result: Result<(), Code>) -> c_int {
    result.err().unwrap_or(ffi::SQLITE_OK)
}

fn amount<T: TryInto<U>, U>(value: T) -> Result<U, Code> {
    value.try_into().map_err(|_| ffi::SQLITE_INTERNAL)
}

/// A text of SQLite's; `None` for a null pointer.
///
/// # Safety
/// `text` must be null or end in a zero byte and stay as it is while the result is used.
unsafe fn text<'a>(text: *const c_char) -> Option<&'a str> {
    if text.is_null() {
        return None;
    }
    // SAFETY: not null, and terminated, as the caller promises.
    unsafe { CStr::from_ptr(text) }.to_str().ok()
}

/// The file behind SQLite's pointer.
///
/// # Safety
/// `file` must be one that [`open`] filled and [`close`] has not seen. SQLite calls the methods of one file from one
/// thread at a time.
unsafe fn opened<'a>(file: *mut ffi::sqlite3_file) -> &'a mut dyn OpenFile {
    // SAFETY: `open` wrote a `Raw` with a pointer from `Box::into_raw` there.
    unsafe { &mut **(*file.cast::<Raw>()).file }
}

unsafe extern "C" fn open(
    _: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    // SAFETY: SQLite hands over `szOsFile` writable bytes; without methods it does not call `close` after a failure.
    unsafe { (*file).pMethods = ptr::null() };
    // SAFETY: file names of SQLite are terminated and live as long as the file.
    let name = unsafe { text(name) };
    let opened = match storage().and_then(|storage| storage.open(name, flags)) {
        Ok(opened) => opened,
        Err(code) => return code,
    };
    let raw = Raw { base: ffi::sqlite3_file { pMethods: &raw const METHODS }, file: Box::into_raw(Box::new(opened)) };
    // SAFETY: as above; `Raw` begins with `sqlite3_file`, and `szOsFile` is its size.
    unsafe { file.cast::<Raw>().write(raw) };
    if !out_flags.is_null() {
        // SAFETY: not null, and SQLite's own variable.
        unsafe { *out_flags = flags };
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: SQLite closes a file once and does not use it afterwards; the pointer came from `Box::into_raw`.
    drop(unsafe { Box::from_raw((*file.cast::<Raw>()).file) });
    // SAFETY: the memory is SQLite's and still there.
    unsafe { (*file).pMethods = ptr::null() };
    ffi::SQLITE_OK
}

unsafe extern "C" fn read(file: *mut ffi::sqlite3_file, into: *mut c_void, many: c_int, at: i64) -> c_int {
    let (Ok(many), Ok(at)) = (amount::<_, usize>(many), amount(at)) else { return ffi::SQLITE_IOERR_READ };
    // SAFETY: SQLite gives a buffer of as many bytes as it asks for.
    let buffer = unsafe { slice::from_raw_parts_mut(into.cast::<u8>(), many) };
    // SAFETY: an open file.
    match unsafe { opened(file) }.read(at, buffer) {
        Ok(read) if read < many => {
            // The contract of xRead: what could not be read is zero.
            buffer[read..].fill(0);
            ffi::SQLITE_IOERR_SHORT_READ
        }
        Ok(_) => ffi::SQLITE_OK,
        Err(code) => code,
    }
}

unsafe extern "C" fn write(file: *mut ffi::sqlite3_file, bytes: *const c_void, many: c_int, at: i64) -> c_int {
    let (Ok(many), Ok(at)) = (amount(many), amount(at)) else { return ffi::SQLITE_IOERR_WRITE };
    // SAFETY: SQLite gives as many bytes as it says.
    let bytes = unsafe { slice::from_raw_parts(bytes.cast::<u8>(), many) };
    // SAFETY: an open file.
    number(unsafe { opened(file) }.write(at, bytes))
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, size: i64) -> c_int {
    // SAFETY: an open file.
    let file = unsafe { opened(file) };
    number(amount(size).and_then(|size| file.truncate(size)))
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, _: c_int) -> c_int {
    // SAFETY: an open file.
    number(unsafe { opened(file) }.sync())
}

unsafe extern "C" fn file_size(file: *mut ffi::sqlite3_file, size: *mut i64) -> c_int {
    // SAFETY: an open file.
    let found = unsafe { opened(file) }.size();
    // SAFETY: SQLite's own variable.
    number(found.and_then(amount).map(|found| unsafe { *size = found }))
}

unsafe extern "C" fn lock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: an open file.
    number(unsafe { opened(file) }.lock(level))
}

unsafe extern "C" fn unlock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: an open file.
    number(unsafe { opened(file) }.unlock(level))
}

unsafe extern "C" fn check_reserved(file: *mut ffi::sqlite3_file, reserved: *mut c_int) -> c_int {
    // SAFETY: an open file.
    let found = unsafe { opened(file) }.is_reserved();
    // SAFETY: SQLite's own variable.
    number(found.map(|found| unsafe { *reserved = c_int::from(found) }))
}

unsafe extern "C" fn file_control(_: *mut ffi::sqlite3_file, _: c_int, _: *mut c_void) -> c_int {
    ffi::SQLITE_NOTFOUND
}

unsafe extern "C" fn sector_size(_: *mut ffi::sqlite3_file) -> c_int {
    4096
}

/// As real disks are taken to be: a write does not spoil the bytes beside it. Nothing else is promised.
unsafe extern "C" fn characteristics(_: *mut ffi::sqlite3_file) -> c_int {
    ffi::SQLITE_IOCAP_POWERSAFE_OVERWRITE
}

unsafe extern "C" fn shm_map(
    file: *mut ffi::sqlite3_file,
    index: c_int,
    size: c_int,
    make: c_int,
    region: *mut *mut c_void,
) -> c_int {
    let (Ok(index), Ok(REGION_BYTES)) = (amount(index), amount(size)) else { return ffi::SQLITE_IOERR_SHMMAP };
    // SAFETY: an open file.
    let found = unsafe { opened(file) }.shm_region(index, make != 0);
    number(found.map(|found| {
        let start = found.map_or(ptr::null_mut(), |found| found.as_ptr().cast_mut().cast());
        // SAFETY: SQLite's own variable. The region lives for ever and is made of atomics, so that writing through the
        // pointer is allowed.
        unsafe { *region = start };
    }))
}

unsafe extern "C" fn shm_lock(file: *mut ffi::sqlite3_file, first: c_int, count: c_int, flags: c_int) -> c_int {
    let (Ok(first), Ok(count)) = (amount(first), amount(count)) else { return ffi::SQLITE_IOERR_SHMLOCK };
    // SAFETY: an open file.
    number(unsafe { opened(file) }.shm_lock(first, count, flags))
}

unsafe extern "C" fn shm_barrier(_: *mut ffi::sqlite3_file) {
    std::sync::atomic::fence(std::sync::atomic::Ordering::SeqCst);
}

unsafe extern "C" fn shm_unmap(file: *mut ffi::sqlite3_file, _: c_int) -> c_int {
    // SAFETY: an open file.
    number(unsafe { opened(file) }.shm_unmap())
}

unsafe extern "C" fn delete(_: *mut ffi::sqlite3_vfs, name: *const c_char, _: c_int) -> c_int {
    // SAFETY: a text of SQLite's.
    let name = unsafe { text(name) };
    number(storage().and_then(|storage| storage.delete(name.ok_or(ffi::SQLITE_IOERR_DELETE)?)))
}

unsafe extern "C" fn access(_: *mut ffi::sqlite3_vfs, name: *const c_char, _: c_int, found: *mut c_int) -> c_int {
    // SAFETY: a text of SQLite's.
    let name = unsafe { text(name) };
    let there = storage().and_then(|storage| storage.exists(name.ok_or(ffi::SQLITE_IOERR_ACCESS)?));
    // SAFETY: SQLite's own variable.
    number(there.map(|there| unsafe { *found = c_int::from(there) }))
}

/// Paths are what their owner calls them.
unsafe extern "C" fn full_pathname(
    _: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    size: c_int,
    out: *mut c_char,
) -> c_int {
    // SAFETY: a text of SQLite's.
    let name = unsafe { CStr::from_ptr(name) }.to_bytes_with_nul();
    if amount::<_, usize>(size).is_ok_and(|size| name.len() <= size) {
        // SAFETY: `out` has room for `size` bytes, and they do not overlap.
        unsafe { ptr::copy_nonoverlapping(name.as_ptr(), out.cast::<u8>(), name.len()) };
        return ffi::SQLITE_OK;
    }
    ffi::SQLITE_CANTOPEN
}

unsafe extern "C" fn randomness(_: *mut ffi::sqlite3_vfs, many: c_int, out: *mut c_char) -> c_int {
    let (Ok(storage), Ok(size)) = (storage(), amount::<_, usize>(many)) else { return 0 };
    // SAFETY: SQLite gives a buffer of as many bytes as it asks for.
    storage.random(unsafe { slice::from_raw_parts_mut(out.cast::<u8>(), size) });
    many
}

unsafe extern "C" fn sleep(_: *mut ffi::sqlite3_vfs, micros: c_int) -> c_int {
    if let (Ok(storage), Ok(micros)) = (storage(), amount(micros)) {
        storage.sleep(micros);
    }
    micros
}

unsafe extern "C" fn current_time(_: *mut ffi::sqlite3_vfs, now: *mut i64) -> c_int {
    let read = storage().map(|storage| storage.now_ms() + JULIAN_1970_MS);
    // SAFETY: SQLite's own variable.
    number(read.map(|read| unsafe { *now = read }))
}
