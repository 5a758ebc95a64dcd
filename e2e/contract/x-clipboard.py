# The clipboard of a desktop, by the X library alone. own TEXT: offers it until the end, a line for each who asks. read: what is offered.
import ctypes as c
import sys

x = c.CDLL('libX11.so.6')
word = c.c_ulong
x.XOpenDisplay.restype = c.c_void_p
for name, arguments in {
    'XDefaultRootWindow': [c.c_void_p],
    'XInternAtom': [c.c_void_p, c.c_char_p, c.c_int],
    'XCreateSimpleWindow': [c.c_void_p, word] + [c.c_int] * 4 + [c.c_uint, word, word],
    'XSetSelectionOwner': [c.c_void_p, word, word, word],
    'XGetSelectionOwner': [c.c_void_p, word],
    'XConvertSelection': [c.c_void_p] + [word] * 5,
    'XChangeProperty': [c.c_void_p, word, word, word, c.c_int, c.c_int, c.c_void_p, c.c_int],
    'XGetWindowProperty': [c.c_void_p, word, word, c.c_long, c.c_long, c.c_int, word] + [c.c_void_p] * 5,
    'XSendEvent': [c.c_void_p, word, c.c_int, c.c_long, c.c_void_p],
    'XNextEvent': [c.c_void_p, c.c_void_p],
    'XSync': [c.c_void_p, c.c_int],
}.items():
    getattr(x, name).argtypes = arguments
    getattr(x, name).restype = word

display = x.XOpenDisplay(b':1')
window = x.XCreateSimpleWindow(display, x.XDefaultRootWindow(display), 0, 0, 1, 1, 0, 0, 0)
clipboard, utf8, targets, here = (x.XInternAtom(display, n, 0) for n in (b'CLIPBOARD', b'UTF8_STRING', b'TARGETS', b'HERE'))
event = (word * 24)()
atom_type, string_type, request, notify = 4, 31, 30, 31

if sys.argv[1] == 'own':
    text = sys.argv[2].encode()
    x.XSetSelectionOwner(display, clipboard, window, 0)
    x.XSync(display, 0)
    print('owned', flush=True)
    while True:
        x.XNextEvent(display, event)
        if event[0] & 0xFFFFFFFF != request:
            continue
        requestor, selection, target, into, time = event[5], event[6], event[7], event[8], event[9]
        if target == targets:
            offered = (word * 2)(targets, utf8)
            x.XChangeProperty(display, requestor, into, atom_type, 32, 0, offered, 2)
        elif target in (utf8, string_type):
            print('asked', flush=True)
            x.XChangeProperty(display, requestor, into, target, 8, 0, text, len(text))
        else:
            into = 0
        answer = (word * 24)(notify, 0, 0, display, requestor, selection, target, into, time)
        x.XSendEvent(display, requestor, 0, 0, answer)
        x.XSync(display, 0)

if x.XGetSelectionOwner(display, clipboard) == 0:
    print('nothing')
    sys.exit()
x.XConvertSelection(display, clipboard, utf8, here, window, 0)
while True:
    x.XNextEvent(display, event)
    if event[0] & 0xFFFFFFFF == notify:
        break
if event[7] == 0:
    print('nothing')
    sys.exit()
kind, form, count, left, data = word(), c.c_int(), word(), word(), c.c_void_p()
x.XGetWindowProperty(display, window, here, 0, 1000, 0, 0, *(c.byref(v) for v in (kind, form, count, left, data)))
print('text ' + c.string_at(data, count.value).decode())
