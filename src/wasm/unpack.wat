;; Unpacks what js/pack.mjs has packed: a loop of JavaScript, in a page that has
;; just been opened, takes longer than all else of the start together.
;;
;; The table comes first: 128 bytes for characters that stand alone, then twice 128
;; for what stands behind `}` and `~`. The text is replaced by what it stands for.
(module
  (memory (export "memory") 1)
  (func (export "unpack") (param $read i32) (param $end i32) (result i32)
    (local $write i32)
    (local $character i32)
    (local.set $write (local.get $read))
    (loop $next
      (if (i32.lt_u (local.get $read) (local.get $end))
        (then
          (local.set $character (i32.load8_u (local.get $read)))
          (local.set $read (i32.add (local.get $read) (i32.const 1)))
          (if (i32.ge_u (local.get $character) (i32.const 125))
            (then
              (local.set $character
                (i32.add
                  (i32.shl (i32.sub (local.get $character) (i32.const 124)) (i32.const 7))
                  (i32.load8_u (local.get $read))))
              (local.set $read (i32.add (local.get $read) (i32.const 1)))))
          (i32.store8 (local.get $write) (i32.load8_u (local.get $character)))
          (local.set $write (i32.add (local.get $write) (i32.const 1)))
          (br $next))))
    (local.get $write)))
