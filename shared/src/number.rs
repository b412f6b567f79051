//! Enumerations on the wire are numbers. A later version adds some, and what it signed must stay readable here: each
//! enumeration says what a number it does not know means (PROTOCOL.md section 11).

/// CBOR of an enum by its `number()` and `from_number()`, where every number means something.
macro_rules! encode_as_number {
    ($name:ident) => {
        impl<C> minicbor::Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut minicbor::Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                e.u32(self.number())?.ok()
            }
        }

        impl<'b, C> minicbor::Decode<'b, C> for $name {
            fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
                Ok(Self::from_number(d.u32()?))
            }
        }
    };
}

pub(crate) use encode_as_number;
