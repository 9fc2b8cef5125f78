"""The closed list of expression classes that need no handler of their own.

A class that is neither here nor in a handler's table is unresolved: what a new release of the parser adds stays so
until someone reads what it means and enters it.
"""

from __future__ import annotations

from sqlglot import exp

# Operators, predicates and wrappers whose value is made of all their arguments.
_OPERATORS = """
    Add Adjacent All Any AtIndex AtTimeZone Between BitwiseAnd BitwiseLeftShift BitwiseNot BitwiseOr
    BitwiseRightShift BitwiseXor Bracket DPipe Distance Distinct Div EQ Escape ExtendsLeft ExtendsRight
    FormatJson FormatPhrase FromTimeZone GT GTE Glob ILike IgnoreNulls IntDiv Interval Is JSON JSONExtractQuote
    JSONKeyValue JSONValue LT LTE Like Limit LimitOptions Fetch Match Mod Mul NEQ Neg NestedJSONSelect Not
    NullSafeEQ NullSafeNEQ Offset Operator Ordered OverflowTruncateBehavior Overlaps Paren Partition Per Prior
    RespectNulls SimilarTo Slice Sub TableSample Tuple Version Where WindowSpec HistoricalData NetFunc SafeFunc
    Introducer OnCondition Transform TranslateCharacters Variadic XMLNamespace XMLKeyValueOption Return
"""

# Functions whose value is made of all their arguments, and that read nothing else.
_FUNCTIONS = """
    AIAgg AIClassify AIEmbed AISimilarity AISummarizeAgg Abs Acos Acosh AddMonths And AnyValue ApproxDistinct
    ApproxPercentileAccumulate ApproxPercentileCombine ApproxPercentileEstimate ApproxQuantile ApproxQuantiles
    ApproxTopK ApproxTopKAccumulate ApproxTopKCombine ApproxTopKEstimate ApproxTopSum ApproximateSimilarity
    ArgMax ArgMin Array ArrayAgg ArrayAll ArrayAny ArrayAppend ArrayCompact ArrayConcat ArrayConcatAgg
    ArrayConstructCompact ArrayContainedBy ArrayContains ArrayContainsAll ArrayDistinct ArrayExcept ArrayFilter
    ArrayFirst ArrayInsert ArrayIntersect ArrayLast ArrayMax ArrayMin ArrayOverlaps ArrayPosition ArrayPrepend
    ArrayRemove ArrayRemoveAt ArrayReverse ArraySize ArraySlice ArraySort ArraySum ArrayToString ArrayUnionAgg
    ArrayUniqueAgg ArraysZip Ascii Asin Asinh Atan Atan2 Atanh Avg Base64DecodeBinary Base64DecodeString
    Base64Encode BitLength BitmapBitPosition BitmapBucketNumber BitmapConstructAgg BitmapCount BitmapOrAgg
    BitwiseAndAgg BitwiseCount BitwiseOrAgg BitwiseXorAgg Booland Boolnot Boolor BoolxorAgg ByteLength Cast
    CastToStrType Cbrt Ceil CheckJson CheckXml Chr CityHash64 Coalesce CodePointsToBytes CodePointsToString
    Collation Compress Concat ConcatWs ConnectByRoot Contains Convert ConvertTimezone ConvertToCharset Corr Cos
    Cosh CosineDistance Cot Coth Count CountIf CovarPop CovarSamp Csc Csch CumeDist CurrentAccount
    CurrentAccountName CurrentAvailableRoles CurrentClient CurrentDatabase CurrentDatetime CurrentIpAddress
    CurrentOrganizationName CurrentOrganizationUser CurrentRegion CurrentRole CurrentRoleType
    CurrentSchema CurrentSchemas
    CurrentSecondaryRoles CurrentSession CurrentStatement CurrentTimestampLTZ CurrentTimezone CurrentTransaction
    CurrentUserId CurrentVersion CurrentWarehouse Date DateAdd DateBin DateDiff DateFromParts DateFromUnixDate
    DateStrToDate DateSub DateToDateStr DateToDi DateTrunc Datetime DatetimeAdd DatetimeDiff DatetimeSub
    DatetimeTrunc Day DayOfMonth DayOfWeek DayOfWeekIso DayOfYear Dayname Decode DecodeCase DecompressBinary
    DecompressString Decrypt DecryptRaw Degrees DenseRank DiToDate DotProduct Elt Encode Encrypt EncryptRaw
    EndsWith EqualNull EuclideanDistance Exp Extract Factorial FarmFingerprint First FirstValue Float64 Floor
    Format FromBase FromBase32 FromBase64 FromISO8601Date FromISO8601Timestamp FromISO8601TimestampNanos
    FromJson GenerateDateArray GenerateSeries GenerateTimestampArray Generator GetExtract GetIgnoreCase Getbit
    Greatest GroupConcat Grouping GroupingId HashAgg Hex HexDecodeString Hll Host Hour Initcap Int64 IsArray
    IsAscii IsInf IsNan IsNullValue JSONArray JSONArrayAgg JSONArrayAppend JSONArrayContains JSONArrayInsert
    JSONBContains JSONBContainsAllTopKeys JSONBContainsAnyTopKeys JSONBContainsTopKey JSONBDeleteAtPath
    JSONBExists JSONBExtract JSONBExtractScalar JSONBObjectAgg JSONBPathExists JSONBool JSONCast JSONExists
    JSONExtract JSONExtractArray JSONExtractScalar JSONFormat JSONKeys JSONKeysAtDepth JSONObject JSONObjectAgg
    JSONRemove JSONSet JSONStripNulls JSONType JSONValueArray JarowinklerSimilarity JustifyDays JustifyHours
    JustifyInterval Kurtosis Lag Last LastDay LastValue LaxBool LaxFloat64 LaxInt64 LaxString Lead Least Left
    Length Levenshtein List Ln Log LogicalAnd LogicalOr Lower LowerHex MD5 MD5Digest MD5NumberLower64
    MD5NumberUpper64 MakeInterval ManhattanDistance Map MapCat MapContainsKey MapDelete MapFromEntries MapInsert
    MapKeys MapPick MapSize MatchAgainst Max Median Min Minhash MinhashCombine Minute Mode Month Monthname
    MonthsBetween Nanvl Negative NextDay Normal Normalize NthValue Ntile Nullif NumberToStr ObjectAgg ObjectId
    ObjectInsert ObjectTransform Or Overlay Pad ParseBignumeric ParseDatetime ParseIp ParseJSON ParseNumeric
    ParseTime ParseUrl PercentRank PercentileCont PercentileDisc Pi Pow PreviousDay Quantile Quarter Radians
    Rand Randn Randstr RangeBucket RangeN Rank Reduce RegDomain RegexpCount RegexpExtract RegexpExtractAll
    RegexpFullMatch RegexpILike RegexpInstr RegexpLike RegexpReplace RegexpSplit RegexpSubstr RegrAvgx RegrAvgy
    RegrCount RegrIntercept RegrR2 RegrSlope RegrSxx RegrSxy RegrSyy RegrValx RegrValy Repeat Replace Reverse
    Right Rint Round RowNumber RtrimmedLength SHA SHA1Digest SHA2 SHA2Digest SafeAdd SafeConvertBytesToString
    SafeDivide SafeMultiply SafeNegate SafeSubtract Search SearchIp Sec Sech Second Seq1 Seq2 Seq4 Seq8 Shuffle
    Sign Sin Sinh Skewness Soundex SoundexP123 Space Split SplitPart SplitToTable Sqrt StDistance StPoint
    StandardHash StarMap StartsWith Stddev StddevPop StddevSamp StrPosition StrToDate StrToMap StrToTime
    StrToUnix String StringToArray StripNullValue Strtok StrtokSplitToTable StrtokToArray Struct StructExtract
    Stuff Substring SubstringIndex Sum Systimestamp Tan Tanh Time TimeAdd TimeDiff TimeFromParts TimeSlice
    TimeStrToDate TimeStrToTime TimeStrToUnix TimeSub TimeToStr TimeToTimeStr TimeToUnix TimeTrunc Timestamp
    TimestampAdd TimestampDiff TimestampFromParts TimestampLtzFromParts TimestampSub TimestampTrunc
    TimestampTzFromParts ToArray ToBase32 ToBase64 ToBinary ToBoolean ToChar ToCodePoints ToDays ToDecfloat
    ToDouble ToMap ToNumber ToVariant Translate Trim Trunc Try TryBase64DecodeBinary TryBase64DecodeString
    TryCast TryHexDecodeBinary TryHexDecodeString TryToDecfloat TsOrDiToDi TsOrDsAdd TsOrDsDiff TsOrDsToDate
    TsOrDsToDateStr TsOrDsToDatetime TsOrDsToTime TsOrDsToTimestamp Typeof Unhex Unicode Uniform UnixDate
    UnixMicros UnixMillis UnixSeconds UnixToStr UnixToTime UnixToTimeStr Upper UtcDate UtcTime UtcTimestamp Uuid
    VarMap Variance VariancePop Week WeekOfYear WeekStart WeightString WidthBucket XMLElement XMLGet Xor Year
    YearOfWeek YearOfWeekIso Zipf
"""

# Classes that name no column: constants, parameters, types, paths into a value that stands beside them.
_LEAVES = """
    Literal Null SessionParameter National HexString BitString ByteString RawString UnicodeString PseudoType
    ObjectIdentifier JSONPath IntervalSpan
"""

# The words that every dialect takes as a date part.
DATE_PARTS = frozenset(
    "YEAR YEARS QUARTER QUARTERS MONTH MONTHS WEEK WEEKS DAY DAYS HOUR HOURS MINUTE MINUTES SECOND SECONDS MILLISECOND "
    "MILLISECONDS MICROSECOND MICROSECONDS NANOSECOND EPOCH DOW DOY DAYOFWEEK DAYOFYEAR ISOYEAR ISOWEEK ISODOW DECADE "
    "CENTURY MILLENNIUM TIMEZONE TIMEZONE_HOUR TIMEZONE_MINUTE DATE TIME JULIAN".split()
)


def _classes(names: str) -> frozenset[type[exp.Expr]]:
    return frozenset(getattr(exp, name) for name in names.split())


PLAIN = _classes(_OPERATORS) | _classes(_FUNCTIONS)
LEAVES = _classes(_LEAVES)
